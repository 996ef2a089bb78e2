"""A charge point that dials into an OCPP 1.6 end point as real ones do, and can be broken."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from demo.charge_life import ERROR_CODES, Call, Connector
from demo.ocpp_link import Answer, Link, LinkDown

TICK_S = 1.0
FIRST_RETRY_S, LONGEST_RETRY_S = 0.5, 8.0
KEPT_CALLS = 200
# None of these says anything about safety: what is no OCPP must be survived, and nothing more.
RUBBISH: tuple[str | bytes, ...] = (
    "",
    "rubbish",
    "[2,",
    "{}",
    "[]",
    "[9,9,9,9]",
    '[2,"r1"]',
    '[2,"r2","StatusNotification",[]]',
    '[2,"r3","NoSuchAction",{}]',
    '[2,"r4",7,{}]',
    '[3,"nobody asked",{}]',
    b"\x00\xff\xfe\x80",
    "[" * 2000,
)
# What is answered the same way each time.
PLAIN_ANSWERS = {
    "ChangeConfiguration": {"status": "NotSupported"},
    "ClearCache": {"status": "Accepted"},
    "UnlockConnector": {"status": "Unlocked"},
}


class ChargePoint:
    """``url``: the end point's address, identity included. ``clock``: Unix seconds. :meth:`run` dials until
    cancelled.
    """

    def __init__(self, url: str, connectors: Iterable[int], seed: int, clock: Callable[[], float]) -> None:
        self.url, self._clock = url, clock
        self.connectors = {number: Connector(number, seed, clock()) for number in (0, *connectors)}
        self.offline = False
        self.rubbish = asyncio.Event()
        self.powered = True
        self._seed = seed
        self._heartbeat_s = 60.0
        self._calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._news = asyncio.Event()
        self._link: Link | None = None

    @property
    def online(self) -> bool:
        """Whether it has a connection now."""
        return self._link is not None

    def break_(self, what: str, connector: int = 0) -> None:
        """``offline``, ``rubbish``, or an OCPP error code at ``connector`` (0: the charge point). Raises
        :class:`ValueError` for anything else.
        """
        if what == "offline":
            self.offline = True
            self._cut()
        elif what == "rubbish":
            self.rubbish.set()
        elif what in ERROR_CODES:
            self._say(self._at(connector).fault(what, self._clock()))
        else:
            raise ValueError(
                f"a charge point knows 'offline', 'rubbish' and OCPP's error codes, not {what!r}: "
                f"{', '.join(sorted(ERROR_CODES))}"
            )

    def mend(self, what: str, connector: int = 0) -> None:
        """End what :meth:`break_` began."""
        if what == "offline":
            self.offline = False
        elif what == "rubbish":
            self.rubbish.clear()
        elif self._at(connector).error == what:
            self._say(self._at(connector).mend(self._clock()))

    def power(self, on: bool) -> None:
        """Cut or give the supply; what was charging is gone after a cut."""
        self.powered = on
        if not on:
            self._calls.clear()
            self._cut()
            for connector in self.connectors.values():
                connector.restart(self._clock())

    async def run(self) -> None:
        """Live, and dial with a back-off whenever there is power and no connection."""
        life = asyncio.create_task(self._live())
        try:
            wait = FIRST_RETRY_S
            while True:
                reached = self.powered and not self.offline and await self._connected()
                wait = FIRST_RETRY_S if reached or self.offline or not self.powered else min(wait * 2, LONGEST_RETRY_S)
                await asyncio.sleep(wait)
        finally:
            life.cancel()
            if self._link is not None:
                await self._link.close()

    async def _live(self) -> None:
        while True:
            if self.powered:
                now = self._clock()
                self._say(call for connector in self.connectors.values() for call in connector.step(now))
            await asyncio.sleep(TICK_S)

    def _at(self, connector: int) -> Connector:
        if connector not in self.connectors:
            raise ValueError(f"there is no connector {connector}; there are {', '.join(map(str, self.connectors))}")
        return self.connectors[connector]

    def _cut(self) -> None:
        if self._link is not None:
            self._link.cut()

    def _say(self, calls: Iterable[Call]) -> None:
        self._calls.extend(calls)
        self._news.set()

    async def _connected(self) -> bool:
        """One connection from dialling to its end; whether there was one."""
        try:
            self._link = link = await Link.open(self.url, self._answer)
        except LinkDown:
            return False
        work = [asyncio.create_task(one) for one in (link.listen(), self._talk(link), self._babble(link))]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            self._link = None
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await link.close()
        return True

    async def _talk(self, link: Link) -> None:
        """Boot, say every connector's state, then whatever comes up, with heartbeats in between."""
        kept = [call for call in self._calls if call.must_arrive]
        self._calls.clear()
        await self._boot(link)
        self._calls.extendleft(kept[::-1])
        self._calls.extendleft([one.notification(self._clock()) for one in self.connectors.values()][::-1])
        beat = self._clock() + self._heartbeat_s
        while True:
            while self._calls:
                await self._pass_on(link, self._calls.popleft())
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), max(0.01, beat - self._clock()))
            except TimeoutError:
                await link.call("Heartbeat", {})
                beat = self._clock() + self._heartbeat_s

    async def _boot(self, link: Link) -> None:
        boot = {
            "chargePointVendor": "Village Demo",
            "chargePointModel": "AC-7",
            "chargePointSerialNumber": f"D{self._seed:06d}",
            "firmwareVersion": "1.0",
        }
        answer = await link.call("BootNotification", boot) or {}
        if isinstance(interval := answer.get("interval"), int | float) and interval > 0:
            self._heartbeat_s = float(interval)

    async def _pass_on(self, link: Link, call: Call) -> None:
        connector = self.connectors[call.connector] if call.connector is not None else None
        payload = dict(call.payload)
        if (
            connector is not None
            and call.action in {"MeterValues", "StopTransaction"}
            and connector.transaction is not None
        ):
            payload["transactionId"] = connector.transaction
        elif call.action == "StopTransaction":
            payload["transactionId"] = 0
        try:
            answer = await link.call(call.action, payload) or {}
        except LinkDown:
            if call.must_arrive:
                self._calls.appendleft(call)
            raise
        if connector is not None and call.action == "StartTransaction" and isinstance(answer.get("transactionId"), int):
            connector.transaction = answer["transactionId"]

    async def _babble(self, link: Link) -> None:
        for frame in itertools.cycle(RUBBISH):
            await self.rubbish.wait()
            await link.send(frame)
            await asyncio.sleep(TICK_S / 5)

    def _answer(self, action: str, payload: dict[str, Any]) -> Answer:
        """What it answers to a call; None for an action it does not know."""
        match action:
            case "TriggerMessage":
                return self._trigger(str(payload.get("requestedMessage")), payload.get("connectorId"))
            case "Reset":
                asyncio.get_running_loop().call_later(0.2, self._cut)
                return {"status": "Accepted"}
            case "ChangeAvailability":
                return self._change(payload, lambda one, now: one.allow(payload.get("type") != "Inoperative", now))
            case "RemoteStartTransaction":
                return self._change(payload, lambda one, now: one.go_to("Charging", now))
            case "RemoteStopTransaction":
                return self._stop(payload.get("transactionId"))
            case "GetConfiguration":
                return {
                    "configurationKey": [
                        {"key": "HeartbeatInterval", "readonly": True, "value": f"{self._heartbeat_s:.0f}"}
                    ]
                }
        return PLAIN_ANSWERS.get(action)

    def _trigger(self, wanted: str, number: object) -> Answer:
        now = self._clock()
        chosen = [one for one in self.connectors.values() if number is None or one.number == number]
        calls = {
            "StatusNotification": [one.notification(now) for one in chosen],
            "MeterValues": [one.meter_values(now) for one in chosen if one.number],
            "Heartbeat": [Call("Heartbeat", {})],
        }
        if wanted not in calls:
            return {"status": "NotImplemented"}
        # Said after the answer: the standard's order.
        asyncio.get_running_loop().call_soon(self._say, calls[wanted])
        return {"status": "Accepted"}

    def _change(self, payload: dict[str, Any], move: Callable[[Connector, float], Iterator[Call]]) -> Answer:
        connector = self.connectors.get(payload.get("connectorId", 1))
        if connector is None or connector.error != "NoError":
            return {"status": "Rejected"}
        self._say(list(move(connector, self._clock())))
        return {"status": "Accepted"}

    def _stop(self, transaction: object) -> Answer:
        charging = [
            one for one in self.connectors.values() if one.status == "Charging" and one.transaction == transaction
        ]
        self._say([call for one in charging for call in one.go_to("Finishing", self._clock())])
        return {"status": "Accepted" if charging else "Rejected"}

"""A running village on the parts that a real one would run, and what is seen of it from outside."""

import os
import subprocess
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from demo import tally
from demo.lamp import Lamp
from demo.ledger import HUSH
from demo.report import Readings
from demo.watcher import Api, ApiError
from tests.integration.real.inventory import LIGHT, PIN
from tests.integration.real.lamps import Lamps
from tests.integration.real.parts import ROOT, until
from tests.integration.real.site import Site

Fault = dict[str, Any]
GATEWAY = "gateway"


class Town:
    """All programs of a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.parts, self.influx = site.parts(), site.influx()
        self.api = Api("127.0.0.1", site.ports["page"])
        self._lamps = Lamps(site.pins, Lamp(LIGHT, PIN))

    def start(self) -> None:
        """Start what does not run, and wait until all is well."""
        if not self._lamps.is_alive():
            self._lamps.start()
        self.hush(quiet=False)
        for part in self.parts.values():
            part.launch()
        for part in self.parts.values():
            part.start()
        until(self.influx.prepare, "InfluxDB answers")
        if not self._signed_in():
            self._sign_in()
        self.report("Available", "NoError")
        until(self.is_well, "every device is up, and no fault open", 120, instead=self.seen)

    def end(self) -> None:
        """Stop everything, the node first."""
        for part in reversed(self.parts.values()):
            part.stop()
        self._lamps.end()
        self.site.wire.close()

    def words(self) -> str:
        """The end of every program's log."""
        return "\n".join(f"--- {part.name}\n{part.last_words()}" for part in self.parts.values())

    def _signed_in(self) -> bool:
        try:
            self.api.ask("/api/v1/faults")
        except ApiError:
            return False
        return True

    def _sign_in(self) -> None:
        page = self.parts["page"]
        argv = [*page.argv[:3], "invite", *page.argv[3:], "--role", "maintenance"]
        env = {**os.environ, **page.env}
        said = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        self.api.sign_in(said.stdout.strip().rpartition("/")[2])

    # --- what happens there ---

    def report(self, status: str, error: str) -> None:
        """Let the pile say this of its socket, now and when it connects anew."""
        asked = urlencode({"status": status, "errorCode": error})
        address = f"http://127.0.0.1:{self.site.ports['orders']}/report?{asked}"

        def told() -> bool:
            try:
                with urlopen(address, timeout=5):
                    return True
            except OSError:
                return False

        until(told, "the pile is connected and takes orders")

    def hush(self, *, quiet: bool = True) -> None:
        """Let the node write nothing new down (or go on), so that what is there can drain."""
        sign = self.site.ledger / HUSH
        sign.parent.mkdir(exist_ok=True)
        sign.touch() if quiet else sign.unlink(missing_ok=True)

    def goes_on(self, rounds: int) -> None:
        """Wait until the store has ``rounds`` more readings of each device."""
        wanted = self.readings().stored + rounds * len(self.states())
        until(lambda: self.readings().stored >= wanted, f"{wanted} readings are stored")

    # --- what the page shows ---

    def states(self) -> dict[str, str]:
        """Of each device."""
        return {item["id"]: item["state"] for item in self.api.items("/api/v1/devices")}

    def faults(self) -> list[Fault]:
        """Every fault there ever was."""
        return self.api.items("/api/v1/faults?state=all&limit=100")

    def numbers(self) -> set[str]:
        """Of every fault there ever was, but for the gateway's own."""
        return {fault["id"] for fault in self.faults() if fault["asset"] != GATEWAY}

    def own(self) -> set[str]:
        """Codes of the faults that the gateway ever had itself."""
        return {fault["code"] for fault in self.faults() if fault["asset"] == GATEWAY}

    def told(self, code: str | None = None) -> list[str]:
        """What kinds of messages went out, of one code or of all but the gateway's own faults, in order."""
        sent = tally.messages(self.site.database)
        return [one.kind for one in sent if (one.asset != GATEWAY if code is None else one.code == code)]

    def stands(self, asset: str, code: str) -> Fault | None:
        """The open fault that has not cleared."""
        found = (one for one in self.faults() if (one["asset"], one["code"]) == (asset, code))
        return next((one for one in found if one["cleared"] is None), None)

    def seen(self) -> str:
        """States and faults in one line, for who waited in vain."""
        faults = [(one["asset"], one["code"], one["state"]) for one in self.faults()]
        return f"states {self.states()}, faults {faults}"

    def fault(self, number: str) -> Fault:
        """One fault."""
        return next(fault for fault in self.faults() if fault["id"] == number)

    def is_closed(self, number: str) -> bool:
        """Whether the fault is over."""
        return self.fault(number)["closed"] is not None

    def measured_dead(self, number: str) -> None:
        """Take the fault on, as an electrician does who has been there."""
        self.api.ask(f"/api/v1/faults/{number}/acknowledge", {"measured_dead": True, "comment": "insulation tested"})

    def is_well(self) -> bool:
        """Whether every device is up and no fault is open; the gateway looks at its own but each minute."""
        try:
            well = set(self.states().values()) == {"up"}
            faults = [fault for fault in self.faults() if fault["asset"] != GATEWAY]
            return well and not [fault for fault in faults if fault["closed"] is None]
        except ApiError:
            return False

    # --- the count ---

    def readings(self) -> Readings:
        """Counted outside the product: what the spool accepted, and the rows of the store."""
        return tally.readings(self.site.ledger, self.site.database)

    def drained(self) -> bool:
        """Whether everything that the spool accepted is acknowledged."""
        return tally.drained(self.site.ledger)

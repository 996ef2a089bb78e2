"""What a trial found, as people read it: each fault and message a sentence, beside the fault that was recorded."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from contracts.names import name_of
from dashboard_api.desk import Desk
from dashboard_api.times import CHINA
from dashboard_api.web.texts import Lang, say
from gateway.dry_run.words import Both, Differing, Fault, Found, Message, Uptime
from gateway.faults.catalogue import CATALOGUE
from gateway.store import FaultRow, FaultsWanted, Span

T = TypeVar("T")
# Rows of one list on the page; all of them are in the JSON.
SHOWN, LOOKED_AT = 100, 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """One fault or message. ``number``: of the fault that was recorded, "" = none was; ``notes``: what is other."""

    what: str
    code: str
    severity: int | None
    times: str
    notes: tuple[str, ...]
    number: str


@dataclass(frozen=True, slots=True)
class Part:
    """One list: ``count`` is of all, ``lines`` of those that are shown."""

    id: str
    title: str
    count: int
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Device:
    """Whose uptime differs: percentages of what is known, and time down, under both rules; time unknown too, where
    that differs."""

    name: str
    id: str
    now: str
    then: str
    down_now: str
    down_then: str
    unknown_now: str
    unknown_then: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All of it."""

    faults: list[Part]
    messages: list[Part]
    cameras: list[Device]
    others: list[Device]
    same_faults: int
    same_messages: int
    lines: int
    left_out: list[str]

    @property
    def nothing(self) -> bool:
        """Whether nothing would differ."""
        return not (any(one.count for one in (*self.faults, *self.messages)) or self.cameras or self.others)


def shown(desk: Desk, lang: Lang, found: Found) -> Shown:
    """For the page."""
    teller = _Teller(desk, lang, found)
    devices = [(device, teller.device(device, both)) for device, both in found.uptime.items()]
    cameras = [line for device, line in devices if desk.places[device].kind == "camera"]
    return Shown(
        teller.parts("faults", found.faults, teller.fault, teller.moved_fault),
        teller.parts("messages", found.messages, teller.message, teller.moved_message),
        cameras,
        [line for device, line in devices if desk.places[device].kind != "camera"],
        found.faults.same,
        found.messages.same,
        found.lines,
        [say(lang, f"trial.left_{what}", n=count) for what, count in found.left_out.items()],
    )


class _Teller:
    def __init__(self, desk: Desk, lang: Lang, found: Found) -> None:
        self._desk, self._lang, self._now_ms = desk, lang, desk.clock()
        self._recorded = _Recorded(desk, found)

    def parts(
        self, name: str, found: Differing[T], one: Callable[[T], Line], both: Callable[[Both[T]], Line]
    ) -> list[Part]:
        lists = (
            ("added", len(found.added), [one(item) for item in found.added[:SHOWN]]),
            ("gone", len(found.gone), [one(item) for item in found.gone[:SHOWN]]),
            ("changed", len(found.changed), [both(item) for item in found.changed[:SHOWN]]),
        )
        return [Part(f"{name}-{key}", say(self._lang, f"trial.{name}_{key}"), n, lines) for key, n, lines in lists]

    def fault(self, fault: Fault) -> Line:
        times = self._times(fault.opened, fault.closed)
        notes = () if fault.root is None else (say(self._lang, "trial.because", what=self._name(fault.root)),)
        number = self._recorded.fault(fault)
        return Line(self._sentence(fault.asset, fault.code), fault.code, fault.severity, times, notes, number)

    def moved_fault(self, both: Both[Fault]) -> Line:
        line, now, then = self.fault(both.now), both.now, both.then
        notes = []
        if now.opened != then.opened:
            notes.append(say(self._lang, "trial.begins", at=self._at(then.opened)))
        if now.closed != then.closed:
            key = "trial.ends" if then.closed else "trial.stays_open"
            notes.append(say(self._lang, key, at=self._at(then.closed) if then.closed else ""))
        if now.root != then.root:
            key = "trial.other_cause" if then.root else "trial.no_cause"
            notes.append(say(self._lang, key, what=self._name(then.root) if then.root else ""))
        if now.severity != then.severity:
            notes.append(say(self._lang, "trial.severity", now=now.severity, then=then.severity))
        if now.reopened != then.reopened:
            notes.append(say(self._lang, "trial.reopened", now=now.reopened, then=then.reopened))
        return Line(line.what, line.code, line.severity, line.times, tuple(notes), line.number)

    def message(self, message: Message) -> Line:
        kind = say(self._lang, f"trial.kind_{message.kind}")
        what = say(self._lang, "trial.message", kind=kind, what=self._sentence(message.asset, message.code))
        return Line(what, message.code, None, self._at(message.t), (), self._recorded.message(message))

    def moved_message(self, both: Both[Message]) -> Line:
        line = self.message(both.now)
        note = say(self._lang, "trial.at", at=self._at(both.then.t))
        return Line(line.what, line.code, None, line.times, (note,), line.number)

    def device(self, device: str, both: Both[Uptime]) -> Device:
        now, then = both.now, both.then
        return Device(
            self._name(device),
            device,
            _percent(now.known),
            _percent(then.known),
            self._seconds(now.D),
            self._seconds(then.D),
            self._seconds(now.K) if now.K != then.K else "",
            self._seconds(then.K) if now.K != then.K else "",
        )

    def _seconds(self, seconds: int) -> str:
        hours, rest = divmod(seconds, 3600)
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"

    def _sentence(self, asset: str, code: str) -> str:
        entry = CATALOGUE.get(code)
        return entry.sentence.say(self._lang, self._name(asset)) if entry else f"{self._name(asset)} {code}"

    def _name(self, asset: str) -> str:
        return name_of(self._desk.names, asset).text(self._lang)

    def _at(self, time: str) -> str:
        """With its second: debounces are told by it."""
        moment = datetime.fromisoformat(time).astimezone(CHINA)
        return f"{moment:%m-%d %H:%M:%S}"

    def _times(self, opened: str, closed: str | None) -> str:
        return f"{self._at(opened)} – {self._at(closed) if closed else say(self._lang, 'trial.open')}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f} %"


class _Recorded:
    """The faults that the store holds of what is shown, and which of them is meant."""

    def __init__(self, desk: Desk, found: Found) -> None:
        shown = list(_faults(found.faults))
        told = list(_messages(found.messages))
        self._rows: dict[tuple[str, str], list[FaultRow]] = {}
        things: Sequence[Fault | Message] = (*shown, *told)
        times = [_ms(one.opened) for one in shown] + [_ms(one.t) for one in told]
        ends = [_ms(one.closed) for one in shown if one.closed]
        if times:
            assets, codes = (tuple(sorted({getattr(one, name) for one in things})) for name in ("asset", "code"))
            span = Span(min(times) - 1, max(*times, *ends, 0) + 1)
            wanted = FaultsWanted(assets=assets, codes=codes, span=span)
            for row in desk.store.faults("all", LOOKED_AT, wanted=wanted)[0]:
                self._rows.setdefault((row.asset, row.code), []).append(row)

    def fault(self, fault: Fault) -> str:
        """The one at the same time, whose beginning is the nearest."""
        begin, end = _ms(fault.opened), _ms(fault.closed) if fault.closed else None
        touching = [
            row
            for row in self._rows.get((fault.asset, fault.code), ())
            if (end is None or row.opened_ms <= end) and (row.closed_ms is None or row.closed_ms >= begin)
        ]
        return min(touching, key=lambda row: abs(row.opened_ms - begin)).id if touching else ""

    def message(self, message: Message) -> str:
        """The newest one that had begun."""
        at_ms = _ms(message.t)
        begun = [row for row in self._rows.get((message.asset, message.code), ()) if row.opened_ms <= at_ms]
        return max(begun, key=lambda row: row.opened_ms).id if begun else ""


def _faults(found: Differing[Fault]) -> Iterable[Fault]:
    return (*found.added[:SHOWN], *found.gone[:SHOWN], *(one.now for one in found.changed[:SHOWN]))


def _messages(found: Differing[Message]) -> Iterable[Message]:
    return (*found.added[:SHOWN], *found.gone[:SHOWN], *(one.now for one in found.changed[:SHOWN]))


def _ms(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)

"""What a statement may be asked for. Whatever cannot be stated is refused with the same sentence on a page, over HTTP,
in place of a PDF and on the command line.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from contracts.inventory import Place, Village
from gateway.faults.catalogue.texts import Text
from gateway.reports.left import Known
from gateway.reports.window import Asked, Statement, draw
from gateway.store import Store
from gateway.uptime.months import iso

# Two whole months: a longer time is what month reports are for.
LONGEST_DAYS = 62
DAY_MS = 24 * 3600 * 1000
Field = Literal["camera", "from", "to"]
Reason = Literal["order", "future", "long", "short", "never", "before", "left", "unknown", "no_camera"]
TEXTS: dict[Reason, Text] = {
    "order": Text("结束必须晚于开始", "the end must be later than the beginning"),
    "future": Text("这段时间还没有到来，没有什么可以证明", "this time has not come yet: there is nothing to state"),
    "long": Text(
        "一份证明最长 {days} 天；更长的时间请看月报",
        "a statement covers {days} days at most; for a longer time see the month reports",
    ),
    "short": Text("时段不足一秒：证明精确到秒", "the window is shorter than a second: nothing to state"),
    "never": Text(
        "{device} 从来没有过任何记录，不能证明什么",
        "{device} has never been heard of: there is no record of it, so nothing can be stated",
    ),
    "before": Text(
        "{device} 的记录从 {first} 开始，这段时间在此之前，不能证明什么",
        "the records of {device} begin at {first}: nothing is stored of this time, so nothing can be stated",
    ),
    "left": Text(
        "{device} 已不在现行清单，也不在任何冻结的月份里，不能证明什么",
        "{device} is no longer in the inventory and stands in no frozen month, so nothing can be stated",
    ),
    "unknown": Text("本村没有编号为 {device} 的摄像头", "there is no camera {device} in this village"),
    "no_camera": Text("{device} 不是摄像头", "{device} is no camera"),
}


class Refusal(Struct, frozen=True):
    """One reason, of what was given for ``field``."""

    field: Field
    reason: Reason
    text: Text


class Refused(Exception):
    """No statement is drawn, for all of ``refusals``."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(one.text.en for one in self.refusals))


def misfits(from_ms: int, to_ms: int, now_ms: int) -> Iterator[Refusal]:
    """All that is wrong with a window; what lies in the future is left out, and makes it no longer."""
    begin, end, now = (ms // 1000 for ms in (from_ms, to_ms, now_ms))
    if to_ms <= from_ms:
        yield refusal("to", "order")
    elif end == begin:
        yield refusal("to", "short")
    elif min(to_ms, now_ms) - from_ms > LONGEST_DAYS * DAY_MS:
        yield refusal("to", "long", days=LONGEST_DAYS)
    if begin >= now:
        yield refusal("from", "future")


def asked(one: Known, from_ms: int, to_ms: int, now_ms: int) -> Asked:
    """A window in whole seconds and without the future. Raises :class:`Refused`."""
    wrong = tuple(misfits(from_ms, to_ms, now_ms))
    if wrong:
        raise Refused(wrong)
    begin, end, now = (ms // 1000 * 1000 for ms in (from_ms, to_ms, now_ms))
    return Asked(one.place, begin, min(end, now), end > now, one.code)


def stated(store: Store, village: Village, what: Asked) -> Statement:
    """The statement, if anything is stored of the time. Raises :class:`Refused` and StoreError."""
    found = draw(store, village, what)
    if found.first_ms is None:
        raise Refused([refusal("camera", "never", device=found.device)])
    if found.first_ms >= found.to_ms:
        raise Refused([refusal("from", "before", device=found.device, first=iso(found.first_ms))])
    return found


def camera(store: Store, places: dict[str, Place], left: dict[str, Known], device: str) -> Known:
    """A camera of the inventory, or one that has left it and stands in a frozen month. Raises :class:`Refused`."""
    place = places.get(device)
    if place is not None and place.kind == "camera":
        return Known(place)
    if place is not None:
        raise Refused([refusal("camera", "no_camera", device=device)])
    if device in left:
        return left[device]
    gone = store.first_interval_ms(device) is not None
    raise Refused([refusal("camera", "left" if gone else "unknown", device=device)])


def refusal(field: Field, reason: Reason, **values: object) -> Refusal:
    """With its sentence."""
    text = TEXTS[reason]
    return Refusal(field, reason, Text(text.zh.format(**values), text.en.format(**values)))

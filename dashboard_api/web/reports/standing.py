"""What a statement is read with beside its figures: who drew it, the months it lies in and whether they are frozen,
what has to be known of it, and of the clocks.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.inventory import Name
from dashboard_api.web.reports.words import length, moment, month_title
from dashboard_api.web.texts import Lang, say
from gateway.reports.window import Statement
from gateway.store import MonthHead
from gateway.uptime.months import Month, month_at


@dataclass(frozen=True, slots=True)
class Standing:
    """``place``: what the camera's junction is called; ``by``: who drew it, at ``at_ms``; ``gone``: the camera has left
    the inventory; ``heads``: revisions by month and number; ``stale``: months written into since they froze."""

    place: Name
    by: str
    at_ms: int
    gone: bool = False
    heads: Mapping[tuple[str, int], MonthHead] | None = None
    stale: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Vouch:
    """A month that a part of the window lies in, and what it is frozen as."""

    month: str
    span: str
    state: str
    hash: str


@dataclass(frozen=True, slots=True)
class Part:
    """A month with the part of the window that lies in it. ``revision`` None: not frozen; ``stale``: written into since
    it was."""

    month: Month
    from_ms: int
    to_ms: int
    revision: int | None
    frozen_ms: int
    hash: str
    stale: bool


def parts(drawn: Statement, standing: Standing) -> list[Part]:
    """The months that it lies in, each with its part."""
    heads = standing.heads or {}
    found, month = [], month_at(drawn.from_ms)
    for one in drawn.months:
        head = heads.get((one.month, one.revision or 0))
        frozen_ms = head.frozen_ms if head else 0
        bounds = max(month.from_ms, drawn.from_ms), min(month.to_ms, drawn.to_ms)
        changed = head is not None and one.month in standing.stale
        found.append(Part(month, *bounds, one.revision, frozen_ms, one.hash or "", changed))
        month = month_at(month.to_ms)
    return found


def notes(lang: Lang, drawn: Statement, standing: Standing, months: Sequence[Part]) -> Iterator[str]:
    """What has to be known to read it right."""
    yield from _of_camera(lang, drawn, gone=standing.gone)
    yield from _of_months(lang, months)
    if drawn.found.late:
        yield say(lang, "police_statement.note_late", n=len(drawn.found.late))


def _of_camera(lang: Lang, drawn: Statement, *, gone: bool) -> Iterator[str]:
    first = drawn.first_ms
    if drawn.cut:
        yield say(lang, "police_statement.note_cut", time=moment(drawn.to_ms))
    if first is not None and first > drawn.from_ms:
        yield say(lang, "police_statement.note_first", time=moment(first))
    if gone:
        yield say(lang, "police_statement.note_gone")
    if drawn.found.out_of_service:
        yield say(lang, "police_statement.note_out", long=length(lang, drawn.found.out_of_service))
    if not drawn.found.service:
        yield say(lang, "police_statement.note_no_service")


def _of_months(lang: Lang, parts: Sequence[Part]) -> Iterator[str]:
    if len(parts) > 1:
        names = say(lang, "police.comma").join(month_title(lang, part.month.name) for part in parts)
        yield say(lang, "police_statement.note_months", months=names)
    if any(part.revision is None for part in parts):
        yield say(lang, "police_statement.note_provisional")
    if any(part.stale for part in parts):
        yield say(lang, "police_statement.note_stale")


def vouches(lang: Lang, months: Sequence[Part]) -> list[Vouch]:
    """What each part of it is frozen as."""
    return [
        Vouch(
            month_title(lang, part.month.name),
            f"{moment(part.from_ms)} – {moment(part.to_ms)}",
            say(lang, "police_statement.provisional")
            if part.revision is None
            else say(lang, "police_statement.frozen", revision=part.revision, time=moment(part.frozen_ms)),
            part.hash,
        )
        for part in months
    ]


def clock(lang: Lang, drawn: Statement) -> str:
    """The camera's own clock: how wrong it is if that was measured; that it is wrong may have been reported."""
    clock, errors = drawn.clock, drawn.clock.errors_ms
    if errors is None:
        measured = say(lang, "police_statement.clock_not_measured")
    else:
        found = " … ".join(dict.fromkeys(f"{error / 1000:+.1f}" for error in errors))
        times = {"first": moment(clock.measured[0][0]), "last": moment(clock.measured[-1][0])}
        measured = say(lang, "police_statement.clock_measured", error=found, **times)
    if clock.camera_off:
        measured += say(lang, "police_statement.clock_off", spans=_spans(lang, clock.camera_off))
    return measured


def gateway_clock(lang: Lang, drawn: Statement) -> str:
    """Whether the clock that all moments are by was reported to be wrong."""
    if not drawn.clock.ours_off:
        return say(lang, "police_statement.gateway_clock_fine")
    return say(lang, "police_statement.gateway_clock_off", spans=_spans(lang, drawn.clock.ours_off))


def _spans(lang: Lang, spans: Sequence[tuple[int, int | None]]) -> str:
    open_end = say(lang, "police_statement.open_end")
    told = (f"{moment(begin)} – {open_end if end is None else moment(end)}" for begin, end in spans)
    return say(lang, "police.comma").join(told)

"""The table of a month report, one row a camera: what every spreadsheet of it holds, in the same order. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from gateway.reports.month import CameraMonth, MonthReport, Pace, Response
from gateway.reports.texts import short
from gateway.uptime import Share, Uptime
from gateway.uptime.months import iso

Lang = Literal["zh", "en"]
# A text of the tables by its key, `report.known`; values by name.
Say = Callable[..., str]
Cell = str | int | Decimal | None
Kind = Literal["text", "seconds", "percent", "number"]


class Column(Struct, frozen=True):
    """``key`` is its heading's in the section ``report_table``; ``of``: a camera's cell, ``total``: that of all."""

    key: str
    kind: Kind
    of: Callable[[CameraMonth], Cell]
    total: Callable[[MonthReport], Cell] = lambda _: None


def headline(found: Uptime, say: Say) -> str:
    """``99.138``, or that too little is known, or a dash where it did not have to work."""
    if found.service == 0:
        return "—"
    return say("report.too_little") if found.headline.percent is None else str(found.headline.percent)


def reasons(by: Mapping[str, int], lang: Lang) -> str:
    """``picture is frozen (frozen) 7200 s; …``, the longest first."""
    listed = sorted(by.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{named(word, lang)} {seconds} s" for word, seconds in listed)


def named(word: str, lang: Lang) -> str:
    """A code or cause with its meaning."""
    text = short(word).say(lang)
    return text if text == word else f"{text} ({word})"


_RATES: dict[str, Callable[[Uptime], Decimal | None]] = {
    "known": lambda found: found.known,
    "without_mains": lambda found: found.known_without_mains,
    "strict": lambda found: found.strict,
    "upper": lambda found: found.upper,
    "coverage": lambda found: found.coverage,
}
_SECONDS: dict[str, Callable[[Uptime], int]] = {
    "S": lambda found: found.service,
    "U": lambda found: found.up,
    "D": lambda found: found.down,
    "K": lambda found: found.unknown,
    "M": lambda found: found.planned,
    "O": lambda found: found.out_of_service,
    "mains": lambda found: found.mains,
    "degraded": lambda found: found.degraded,
    "weather": lambda found: found.weather,
}
_LISTS: dict[str, Callable[[Uptime], Mapping[str, int]]] = {
    "down_by": lambda found: found.down_by,
    "unknown_by": lambda found: found.unknown_by,
    "degraded_by": lambda found: found.degraded_by,
}
_PACES: dict[str, Callable[[Response], Pace]] = {"taken": lambda one: one.taken, "ended": lambda one: one.ended}


def columns(say: Say, lang: Lang) -> list[Column]:
    """In order."""
    return [
        Column("device", "text", lambda row: row.device, lambda _: say("report.all")),
        Column("name", "text", lambda row: row.name.text(lang)),
        Column("code", "text", lambda row: row.code),
        _account("headline", "percent", lambda found: found.headline.percent or headline(found, say)),
        *(_account(key, "percent", of) for key, of in _RATES.items()),
        *(_account(key, "seconds", of) for key, of in _SECONDS.items()),
        Column("blips", "seconds", lambda row: row.blips, lambda report: sum(row.blips for row in report.rows)),
        *(_account(key, "text", _listed(of, lang)) for key, of in _LISTS.items()),
        Column("intact", "percent", lambda row: _percent(row.intact), lambda report: _percent(report.intact)),
        Column("faults", "number", lambda row: row.response.faults, lambda report: report.response.faults),
        *(column for name, of in _PACES.items() for column in _pace(name, of)),
        Column("late", "number", lambda row: len(row.late), lambda report: len(report.late)),
    ]


def sealed(report: MonthReport, say: Say) -> dict[str, str]:
    """What each row of a file says of where it comes from, so that a row that was cut out still does."""
    return {
        "village": report.village,
        "month": report.month,
        "until": iso(report.to_ms),
        "revision": say("report.provisional") if report.revision is None else str(report.revision),
        "hash": report.hash or "",
    }


def cells(report: MonthReport, shown: Sequence[Column]) -> Iterator[list[Cell]]:
    """A row a camera, and one of all of them at the end."""
    yield from ([column.of(row) for column in shown] for row in report.rows)
    yield [column.total(report) for column in shown]


def _account(key: str, kind: Kind, of: Callable[[Uptime], Cell]) -> Column:
    return Column(key, kind, lambda row: of(row.uptime), lambda report: of(report.total))


def _listed(of: Callable[[Uptime], Mapping[str, int]], lang: Lang) -> Callable[[Uptime], str]:
    return lambda found: reasons(of(found), lang)


def _pace(name: str, of: Callable[[Response], Pace]) -> Iterator[Column]:
    yield Column(name, "number", lambda row: of(row.response).count, lambda report: of(report.response).count)
    mean, most = f"{name}_mean", f"{name}_most"
    yield Column(mean, "seconds", lambda row: of(row.response).mean_s, lambda report: of(report.response).mean_s)
    yield Column(most, "seconds", lambda row: _most(of(row.response)), lambda report: _most(of(report.response)))


def _most(pace: Pace) -> int | None:
    return pace.most_s if pace.count else None


def _percent(share: Share | None) -> Decimal | None:
    return None if share is None else share.percent

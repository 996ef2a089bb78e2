"""A month report in the words and figures of its page. Pure."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from dashboard_api.reports.table import headline, named
from dashboard_api.web.reports.bars import Bar, shares
from dashboard_api.web.reports.causes import LISTS, Cause, causes, ranked
from dashboard_api.web.reports.words import class_pill, moment, month_title, rate
from dashboard_api.web.texts import Lang, say
from gateway.reports.month import CameraMonth, MonthReport, Pace
from gateway.uptime import Uptime
from gateway.uptime.months import Difference

# More changes than these are a list for a spreadsheet.
CHANGES = 60
SHORT = ("S", "U", "D", "K", "M", "O", "degraded", "weather")


class Row(Struct, frozen=True):
    """One camera's line; ``gaps``: its reasons in words."""

    device: str
    name: str
    code: str | None
    bar: Bar
    headline: str
    good: bool
    rates: tuple[str, ...]
    seconds: tuple[str, ...]
    gaps: str


class Change(Struct, frozen=True):
    """A figure that a revision changed."""

    device: str
    name: str
    field: str
    before: str
    after: str


class MonthView(Struct, frozen=True):
    """What the template prints."""

    report: MonthReport
    month: str
    period: tuple[str, str]
    frozen: str | None
    headline: str
    percent: bool
    note: str
    coverage: str
    intact: str
    intact_note: str
    without_mains: str
    mains_note: str
    sums: list[tuple[str, str]]
    gaps: list[Cause]
    rows: list[Row]
    taken: str
    ended: str
    changes: list[Change]
    more_changes: int


def view(report: MonthReport, lang: Lang, changed: Sequence[Difference] = ()) -> MonthView:
    """``changed``: what this revision changed against the one before."""
    found, response = report.total, report.response
    changes = list(_changes(report, lang, changed))
    return MonthView(
        report,
        month_title(lang, report.month),
        (moment(report.from_ms), moment(report.to_ms)),
        None if report.frozen_ms is None else moment(report.frozen_ms),
        headline(found, _say(lang)),
        found.headline.percent is not None,
        note(found, lang),
        rate(found.coverage),
        rate(None if report.intact is None else report.intact.percent),
        _intact(report, lang),
        known_rate(found, found.known_without_mains, lang),
        say(lang, "report.mains_note", long=long(found.mains)) if found.mains else say(lang, "report.mains_none"),
        [(say(lang, f"report_short.{key}"), text) for key, text in zip(SHORT, _seconds(found), strict=True)],
        causes(lang, [row.uptime for row in report.rows], found),
        [_row(row, lang) for row in report.rows],
        _pace(response.taken, lang),
        _pace(response.ended, lang),
        changes[:CHANGES],
        len(changes) - len(changes[:CHANGES]),
    )


def long(seconds: int) -> str:
    """``720:00:00``."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def known_rate(found: Uptime, value: Decimal | None, lang: Lang) -> str:
    """A rate of the known time, where enough is known for one."""
    return say(lang, "report.too_little") if found.headline.between else rate(value)


def _say(lang: Lang) -> Callable[..., str]:
    return lambda key, **values: say(lang, key, **values)


def note(found: Uptime, lang: Lang) -> str:
    """The bounds, and why there may be nothing else."""
    if found.service == 0:
        return say(lang, "report.nothing_due")
    key = "report.too_little_note" if found.headline.percent is None else "report.fleet_note"
    return say(lang, key, strict=rate(found.strict), upper=rate(found.upper))


def _intact(report: MonthReport, lang: Lang) -> str:
    end = report.intact_end
    if end is None:
        return say(lang, "report.intact_missing")
    return say(lang, "report.intact_note", part=end.part, whole=end.whole)


def _seconds(found: Uptime) -> tuple[str, ...]:
    seconds = (found.service, found.up, found.down, found.unknown, found.planned, found.out_of_service)
    return tuple(long(value) for value in (*seconds, found.degraded, found.weather))


def _row(row: CameraMonth, lang: Lang) -> Row:
    found = row.uptime
    rates = (found.strict, found.upper, found.coverage)
    return Row(
        row.device,
        row.name.text(lang),
        row.code,
        shares(found),
        headline(found, _say(lang)),
        found.headline.percent is not None,
        (*(rate(value) for value in rates), known_rate(found, found.known_without_mains, lang)),
        _seconds(found)[1:7],
        _told(found, lang),
    )


def _told(found: Uptime, lang: Lang) -> str:
    """``down: picture is frozen (frozen) 2:00:00; unknown: …``."""
    told = []
    for cls, of in LISTS.items():
        listed = ranked(of(found))
        if listed:
            reasons = say(lang, "report.comma").join(f"{named(word, lang)} {long(seconds)}" for word, seconds in listed)
            told.append(f"{class_pill(lang, cls).word}: {reasons}")
    return say(lang, "report.semicolon").join(told)


def _pace(pace: Pace, lang: Lang) -> str:
    if pace.mean_s is None:
        return say(lang, "report.none")
    return say(lang, "report.response_of", n=pace.count, mean=long(pace.mean_s), most=long(pace.most_s))


def _changes(report: MonthReport, lang: Lang, changed: Sequence[Difference]) -> Iterator[Change]:
    names = {row.device: row.name.text(lang) for row in report.rows}
    for one in changed:
        if one.device in names:
            before, after = (_value(value) for value in (one.before, one.after))
            yield Change(one.device, names[one.device], field(one.field, lang), before, after)


def field(name: str, lang: Lang) -> str:
    """A figure of a difference in words: ``down_by.frozen``, ``U``; what has no word stays as it is."""
    key, _, word = name.partition(".")
    try:
        text = say(lang, f"report_table.{ {'known_without_mains': 'without_mains'}.get(key, key) }")
    except KeyError:
        return name
    return f"{text}: {named(word, lang)}" if word else text


def _value(value: str | float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.3f}" if isinstance(value, float) else str(value)

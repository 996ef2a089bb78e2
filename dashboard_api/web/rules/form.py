"""The form of rules: every value with its default, its bounds, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.yamlfile import InputError
from dashboard_api.trials import draft
from dashboard_api.trials.draft import CODE, VALUE, Bounds
from dashboard_api.web.rules.typed import Typed
from dashboard_api.web.texts import Lang, say, strings
from gateway.faults import Rules
from gateway.faults.catalogue import CATALOGUE, Entry

# In the order in which a fault goes through them.
GROUPS: dict[str, tuple[str, ...]] = {
    "fresh": ("limit_intervals", "limit_extra_s", "lost_confirm_s", "silent_s"),
    "course": ("keep_s", "hold_s", "mains_hold_s", "grace_extra_s", "reopen_s", "verified_s"),
    "restless": ("flapping_start", "flapping_stop", "intermittent_episodes", "intermittent_window_s"),
    "many": ("weather_one_in", "weather_cameras", "weather_after_s", "sabotage_s"),
    "feeder": ("feeder_share", "feeder_sites", "feeder_starts_s"),
    "gateway": (
        *("gateway_away_s", "backlog_points", "disk_free_share", "disk_free_mb", "clock_off_ms"),
        *("certificate_days", "backup_hours"),
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One value. ``id``: its field; ``now``: in force; ``default``: shipped; ``own``: what is typed is not in force."""

    id: str
    key: str
    label: str
    value: str
    now: str
    default: str
    low: str
    high: str
    hint: str
    own: bool
    wrong: str


@dataclass(frozen=True, slots=True)
class Group:
    """Values that belong together; ``open``: some of them are not in force, or wrong."""

    id: str
    title: str
    note: str
    rows: tuple[Row, ...]
    open: bool


def groups(lang: Lang, now: Rules, sent: Typed, wrong: Mapping[str, str]) -> list[Group]:
    """All values, and behind them the seconds of each code."""
    known = {one.name: one for one in draft.bounds()}
    found = [
        _group(lang, name, [_row(lang, known[key], now, sent, wrong) for key in keys]) for name, keys in GROUPS.items()
    ]
    waits = [one for one in CATALOGUE.values() if one.for_s or one.code in now.for_s]
    at_once = [one for one in CATALOGUE.values() if one not in waits]
    for name, codes in (("codes", waits), ("at_once", at_once)):
        found.append(_group(lang, name, [_code(lang, one, now, sent, wrong) for one in codes]))
    return found


def _group(lang: Lang, name: str, rows: list[Row]) -> Group:
    title, note = (say(lang, f"rules_group.{name}{part}") for part in ("", "_note"))
    return Group(name, title, note, tuple(rows), any(row.own or row.wrong for row in rows))


def _row(lang: Lang, one: Bounds, now: Rules, sent: Typed, wrong: Mapping[str, str]) -> Row:
    in_force = draft.plain(getattr(now, one.name))
    value = sent.values.get(VALUE + one.name, "").strip()
    low, high, default = (draft.plain(number) for number in (one.low, one.high, one.default))
    return Row(
        VALUE + one.name,
        one.name,
        say(lang, f"rules_field.{one.name}"),
        value,
        in_force,
        default,
        low,
        high,
        say(lang, "rules.bounds_above" if one.above else "rules.bounds", default=default, low=low, high=high),
        (value or default) != in_force,
        wrong.get(one.name, ""),
    )


def _code(lang: Lang, one: Entry, now: Rules, sent: Typed, wrong: Mapping[str, str]) -> Row:
    default = draft.plain(one.for_s)
    in_force = draft.plain(now.for_s.get(one.code, one.for_s))
    value = sent.values.get(CODE + one.code, "").strip()
    low, high = (draft.plain(number) for number in draft.code_bounds())
    sentence = one.sentence.say(lang, say(lang, "rules.it"))
    return Row(
        CODE + one.code,
        one.code,
        sentence,
        value or default,
        in_force,
        default,
        low,
        high,
        say(lang, "rules.bounds", default=default, low=low, high=high),
        (value or default) != in_force,
        wrong.get(f"for_s.{one.code}", ""),
    )


def said(lang: Lang, error: InputError) -> str:
    """What is wrong, in the reader's language where there are words for it."""
    key = f"rules_wrong.{error.kind}"
    limit = draft.plain(error.limit) if error.limit is not None else ""
    if error.kind == "value_error":
        key = f"rules_wrong.{_place(error.key)}"
    return say(lang, key, limit=limit, text=error.text) if key in strings(lang) else error.text


def _place(key: str) -> str:
    """What a sentence of our own is about."""
    return "code" if key.startswith("for_s") else key.rpartition(".")[2]


def changes(now: Rules, then: Rules) -> Iterator[tuple[str, str, str]]:
    """What differs of two rules: the key, and both values as they are written."""
    for one in draft.bounds():
        both = [draft.plain(getattr(rules, one.name)) for rules in (now, then)]
        if both[0] != both[1]:
            yield one.name, both[0], both[1]
    for code, entry in CATALOGUE.items():
        both = [draft.plain(rules.for_s.get(code, entry.for_s)) for rules in (now, then)]
        if both[0] != both[1]:
            yield f"for_s.{code}", both[0], both[1]
    ours, theirs = (rules.dispatch.model_dump(mode="json") for rules in (now, then))
    yield from ((f"dispatch.{key}", str(ours[key]), str(theirs[key])) for key in ours if ours[key] != theirs[key])

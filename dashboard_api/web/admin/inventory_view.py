"""The inventory's page: as a tree by what things hang on, or as a list that sorts; and one thing with all there is."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Field

from contracts.names import name_of
from contracts.states import STATES, WORDS, State
from contracts.topics import GATEWAY
from dashboard_api.desk import Desk
from dashboard_api.inventory.rows import Row, place_name
from dashboard_api.inventory.things import KINDS
from dashboard_api.web.admin.inventory_tree import DEVICES, PASSIVE, Branch, Leaf, Wanted, branches
from dashboard_api.web.admin.shell import address
from dashboard_api.web.texts import Lang, say, strings
from dashboard_api.web.view import CARD_ORDER, Pill, state_pill, word_pill

PATH = "/admin/inventory"
WAYS = ("feeder", "uplink", "junction", "list")
PAGE = 200
# Above so many things a tree is closed at its nodes at first: whoever opens one sees what hangs on it.
OPEN_MOST = 150
COLUMNS = ("name", "kind", "place", "hangs", "state", "seen", "contractor", "warranty")
# What a list or a branch shows of how a thing is set up, where its description has it.
_BRIEF: tuple[str, ...] = ("driver", "link", "role", "supply", "pattern", "vehicle", "plug", "power_kw")
_BRIEF += ("look_s", "interval_s", "vitals_s", "ups")


class Ask(BaseModel):
    """Which things, in which form and order (``-`` = the other way round)."""

    by: str = Field(default="", max_length=20)
    kind: str = Field(default="", max_length=20)
    state: str = Field(default="", max_length=20)
    q: str = Field(default="", max_length=60)
    sort: str = Field(default="", max_length=20)
    page: int = Field(default=1, ge=1, le=10_000)

    @property
    def way(self) -> str:
        """The form."""
        return self.by if self.by in WAYS else WAYS[0]

    @property
    def filtered(self) -> bool:
        """Whether only some are wanted."""
        return bool(self.kind or self.state or self.q.strip())

    def to(self, path: str = PATH, **changed: str | int) -> str:
        """The address of the same with something ``changed``."""
        return address(path, self.model_dump(), **changed)


@dataclass(frozen=True, slots=True)
class InventoryPage:
    """All of it. ``counts``: of each kind, and of each state among them, with where they are shown alone."""

    total: int
    shown: int
    branches: list[Branch]
    leaves: list[Leaf]
    kinds: list[tuple[str, str, int, bool, str]]
    states: list[tuple[State, Pill, int, bool, str]]
    ways: list[tuple[str, str, bool, str]]
    columns: list[tuple[str, str, str, str]]
    before: str
    after: str
    csv: str
    live: bool


def page(desk: Desk, lang: Lang, rows: list[Row], ask: Ask) -> InventoryPage:
    """As ``ask`` wants it."""
    kept = chosen(desk, rows, ask)
    leaves = {row.thing.id: leaf(desk, lang, row) for row in kept}
    listed = _sorted([leaves[row.thing.id] for row in kept], ask.sort) if ask.way == "list" else []
    first, opened = (ask.page - 1) * PAGE, ask.filtered or len(leaves) <= OPEN_MOST
    wanted = Wanted(ask.way, "" if ask.way == "list" else say(lang, f"inventory.no_{ask.way}"), opened)
    of_kind, of_state = Counter(row.thing.kind for row in rows), Counter(_state_of(row) for row in _of(rows, ask.kind))
    return InventoryPage(
        len(rows),
        len(kept),
        [] if ask.way == "list" else branches(rows, leaves, lambda row: leaf(desk, lang, row), wanted),
        listed[first : first + PAGE],
        [
            (one, _kind(lang, one), of_kind[one], ask.kind == one, _to(ask, "kind", one))
            for one in KINDS
            if of_kind[one]
        ],
        [(one, state_pill(lang, one), of_state[one], ask.state == one, _to(ask, "state", one)) for one in CARD_ORDER],
        [(one, say(lang, f"inventory.by_{one}"), ask.way == one, ask.to(by=one, page=1, sort="")) for one in WAYS],
        [_column(lang, ask, key) for key in COLUMNS],
        ask.to(page=ask.page - 1) if ask.page > 1 else "",
        ask.to(page=ask.page + 1) if len(listed) > first + PAGE else "",
        ask.to(f"{PATH}.csv", page=1, by=""),
        opened or ask.way == "list",  # what somebody has opened must not close under their eyes
    )


def chosen(desk: Desk, rows: list[Row], ask: Ask) -> list[Row]:
    """What passes the filters, in the order of the inventory."""
    state = ask.state if ask.state in STATES else ""
    words = ask.q.casefold().split()
    return [
        row for row in _of(rows, ask.kind) if state in ("", _state_of(row)) and (not words or _has(desk, row, words))
    ]


def _of(rows: Iterable[Row], kind: str) -> list[Row]:
    return [row for row in rows if kind in ("", row.thing.kind)]


def _state_of(row: Row) -> State | None:
    """None: nobody but a patrol can tell."""
    return None if row.thing.kind in PASSIVE else row.state


def _has(desk: Desk, row: Row, words: list[str]) -> bool:
    thing = row.thing
    told = [thing.id, thing.zh, thing.en, thing.at, *thing.parents, *thing.installed.values()]
    told += [place_name(desk, row, "zh"), place_name(desk, row, "en"), *(one.value for one in thing.settings)]
    text = " ".join(told).casefold()
    return all(word in text for word in words)


def _to(ask: Ask, key: str, value: str) -> str:
    return ask.to(**{key: "" if getattr(ask, key) == value else value}, page=1)


def _kind(lang: Lang, kind: str) -> str:
    return say(lang, f"thing.{kind}")


def leaf(desk: Desk, lang: Lang, row: Row) -> Leaf:
    """A thing in words."""
    thing = row.thing
    hangs = [(parent, name_of(desk.names, parent).text(lang)) for parent in dict.fromkeys(thing.parents)]
    own = 2 if thing.kind == "node" else 1
    return Leaf(
        row,
        thing.called(lang),
        _kind(lang, thing.kind),
        place_name(desk, row, lang),
        _pill(lang, row),
        hangs,
        hangs[own:],
        _brief(lang, row),
        "" if row.program is None or not row.program.software else "other" if row.program.differs else "same",
    )


def _pill(lang: Lang, row: Row) -> Pill:
    if row.thing.kind in PASSIVE:
        return Pill("unknown", "closed", say(lang, "inventory.by_people"))
    word = next((one for one in WORDS if one == row.word), None)
    return state_pill(lang, row.state) if word is None else word_pill(lang, word)


def _brief(lang: Lang, row: Row) -> str:
    said = row.thing.said(_BRIEF)
    return " · ".join(f"{label(lang, key)} {worded(lang, value)}" for key, value in said.items() if value != "no")


def label(lang: Lang, key: str) -> str:
    """What a setting is called."""
    return strings(lang).get(f"setting.{key}", key)


def worded(lang: Lang, value: str) -> str:
    """Yes and no, and the few words that have one of their own."""
    return strings(lang).get(f"setting_value.{value}", value)


_SORTS: dict[str, Callable[[Leaf], object]] = {
    "name": lambda one: one.name,
    "kind": lambda one: KINDS.index(one.row.thing.kind),
    "place": lambda one: one.place,
    "hangs": lambda one: one.row.thing.parents,
    "state": lambda one: CARD_ORDER.index(one.row.state),
    "seen": lambda one: one.row.seen_ms or 0,
    "contractor": lambda one: one.row.thing.installed["contractor"] or "\uffff",
    "warranty": lambda one: one.row.thing.installed["warranty_end"] or "9999",
}


def _sorted(leaves: list[Leaf], sort: str) -> list[Leaf]:
    key = _SORTS.get(sort.removeprefix("-"))
    if key is None:
        return leaves
    return sorted(leaves, key=key, reverse=sort.startswith("-"))  # type: ignore[arg-type]  # each key compares with its own


def _kind_chip(lang: Lang, ask: Ask, kind: str, number: int) -> tuple[str, str, int, bool, str]:
    return kind, _kind(lang, kind), number, ask.kind == kind, _to(ask, "kind", kind)


def _column(lang: Lang, ask: Ask, key: str) -> tuple[str, str, str, str]:
    here = "descending" if ask.sort == f"-{key}" else "ascending" if ask.sort == key else ""
    to = ask.to(sort=f"-{key}" if ask.sort == key else key, page=1)
    return key, say(lang, f"inventory.col_{key}"), here, to


@dataclass(frozen=True, slots=True)
class ThingPage:
    """One thing. ``up``: what it hangs on, each with what that hangs on in turn; ``down``: what hangs on it;
    ``settings``: key, name, value, whether the inventory says so, what it means."""

    leaf: Leaf
    up: list[Leaf]
    down: list[Leaf]
    settings: list[tuple[str, str, str, bool, str]]
    installed: list[tuple[str, str]]
    device: bool


def thing_page(desk: Desk, lang: Lang, rows: list[Row], wanted: str) -> ThingPage | None:
    """None for what is not in the inventory."""
    by_id = {row.thing.id: row for row in rows}
    row = by_id.get(wanted)
    if row is None:
        return None
    above = _above(by_id, row.thing.id)
    down = [one for one in rows if wanted in one.thing.parents or (row.thing.kind == "junction" and _at(one, wanted))]
    settings = [
        (one.key, label(lang, one.key), worded(lang, one.value), one.given, one.what) for one in row.thing.settings
    ]
    return ThingPage(
        leaf(desk, lang, row),
        [leaf(desk, lang, by_id[one]) for one in above],
        [leaf(desk, lang, one) for one in down],
        settings,
        [(label(lang, key), value) for key, value in row.thing.installed.items()],
        row.thing.kind in DEVICES,
    )


def _at(one: Row, junction: str) -> bool:
    return one.thing.at == junction and one.thing.kind in ("node", *PASSIVE)


def _above(by_id: Mapping[str, Row], wanted: str) -> list[str]:
    """Everything that it hangs on, the nearest first."""
    found: list[str] = []
    waiting = list(by_id[wanted].thing.parents)
    while waiting:
        one = waiting.pop(0)
        if one not in found and one in by_id:
            found.append(one)
            waiting += by_id[one].thing.parents
    return sorted(found, key=lambda one: one == GATEWAY)

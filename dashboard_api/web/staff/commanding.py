"""What somebody can have a device's node do, and how it went the last time. Pure but for the store."""

from dataclasses import dataclass

from contracts.commands import CommandName
from dashboard_api import commands
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.times import clock_text
from dashboard_api.web.texts import Lang, person, say, strings
from dashboard_api.web.view import Pill
from gateway.store import CommandRow, CommandState

# So many of a device's newest commands are looked through for the last one of each name.
NEWEST = 30
LOOKS: dict[CommandState, tuple[str, str]] = {
    "waiting": ("unknown", "reserved"),
    "sent": ("busy", "busy"),
    "expired": ("degraded", "degraded"),
    "refused": ("down", "dot"),
    "done": ("up", "tick"),
}
# A fault that a new reference ends, where the camera shows what it is meant to show after all.
NEW_VIEW = frozenset({"moved", "view_lost", "occluded"})


@dataclass(frozen=True, slots=True)
class Order:
    """One thing that can be asked. ``open``: it is under way; ``may``: this reader may ask it; ``pill`` None: it never
    was; ``why`` "" = there is nothing more to say of it."""

    name: CommandName
    word: str
    hint: str
    may: bool
    open: bool
    pill: Pill | None
    line: str
    why: str


def of_device(desk: Desk, lang: Lang, reader: Person, device: str) -> list[Order]:
    """Everything that can be asked of a device."""
    kind = commands.kind_of(desk, device)
    return [] if kind is None else _orders(desk, lang, reader, device, commands.names_of(kind))


def of_fault(desk: Desk, lang: Lang, reader: Person, asset: str, code: str) -> list[Order]:
    """What may end a fault of ``asset``."""
    kind = commands.kind_of(desk, asset)
    return _orders(desk, lang, reader, asset, ["accept_new_view"]) if kind == "camera" and code in NEW_VIEW else []


def _orders(desk: Desk, lang: Lang, reader: Person, device: str, names: list[CommandName]) -> list[Order]:
    rows = desk.store.commands([device], limit=NEWEST)
    return [_order(desk, lang, reader, name, next((row for row in rows if row.name == name), None)) for name in names]


def _order(desk: Desk, lang: Lang, reader: Person, name: CommandName, last: CommandRow | None) -> Order:
    word, hint = say(lang, f"command.{name}"), say(lang, f"command.{name}_hint")
    may = reader.may("command")
    if last is None:
        return Order(name, word, hint, may, False, None, "", "")
    state = last.state
    if state in ("waiting", "sent") and desk.clock() >= last.expires_ms:
        state = "expired"
    line = say(
        lang,
        "command.line",
        who=person(lang, desk.called(last.by)),
        time=clock_text(last.added_ms, desk.clock()),
    )
    pill = Pill(*LOOKS[state], say(lang, f"command_state.{state}"))
    return Order(name, word, hint, may, state in ("waiting", "sent"), pill, line, _why(lang, last, state))


def _why(lang: Lang, row: CommandRow, state: CommandState) -> str:
    """What its state means for whoever asked: what to do next."""
    if state == "expired":
        return say(lang, "command_why.unheard" if row.boot is None else "command_why.unanswered")
    if state == "waiting":
        return say(lang, "command_why.waiting")
    if state != "refused":
        return ""
    word, _, more = (row.reason or "").partition(":")
    known = strings(lang).get(f"command_why.{word}")
    if known is None:
        return row.reason or ""
    return known + say(lang, "command.more", what=more.strip()) if more else known

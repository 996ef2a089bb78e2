"""How every route comes to a statement: the camera, the window, the drawing, the line in the audit log."""

from typing import Literal

from contracts.names import place_of
from dashboard_api.auth.people import Person, theirs
from dashboard_api.desk import Desk
from dashboard_api.problems import FieldProblem, Problem
from dashboard_api.web import texts
from dashboard_api.web.reports import drawing
from dashboard_api.web.reports.standing import Standing
from dashboard_api.web.texts import Lang
from gateway.reports import left as months
from gateway.reports import refusals
from gateway.reports.left import Known
from gateway.reports.refusals import Reason, Refused
from gateway.reports.window import Statement
from gateway.uptime.months import iso

# What is not there at all; every other reason is a mistake in what was asked for.
MISSING: frozenset[Reason] = frozenset({"never", "before", "left", "unknown", "no_camera"})
As = Literal["json", "page", "pdf", "html"]


def gone(desk: Desk) -> dict[str, Known]:
    """Cameras that have left the inventory and stand in a frozen month."""
    last = desk.store.last_month()
    stamp = (last.month, last.revision) if last else None
    return desk.kept.get("cameras that have left", stamp, lambda: months.left(desk.store, desk.places))


def find(desk: Desk, person: Person, device: str) -> Known:
    """A camera of this reader's. Raises :class:`Refused` for what is none, :class:`Problem` 403 for another area's."""
    found = refusals.camera(desk.store, desk.places, gone(desk), device)
    theirs(person, person.sees(found.place.junction))
    return found


def state(desk: Desk, camera: Known, from_ms: int, to_ms: int) -> Statement:
    """Raises :class:`Refused`."""
    asked = refusals.asked(camera, from_ms, to_ms, desk.clock())
    return refusals.stated(desk.store, desk.village, asked)


def standing(desk: Desk, lang: Lang, person: Person, drawn: Statement) -> Standing:
    """What it is read with."""
    return Standing(
        place_of(desk.village, desk.names, drawn.junction),
        texts.person(lang, called(person)),
        desk.clock(),
        gone=drawn.device not in desk.places,
        heads={(head.month, head.revision): head for head in desk.store.month_heads()},
        stale={mark.month for mark in desk.store.month_marks() if mark.stale},
    )


def called(person: Person) -> str:
    """What others call somebody."""
    return person.display or person.name


def note(desk: Desk, person: Person, drawn: Statement, as_: As, lang: Lang | None) -> None:
    """Who drew what, with the hash by which it is known again."""
    told = {"as": as_, "lang": lang, "from": iso(drawn.from_ms), "to": iso(drawn.to_ms), "hash": drawn.hash}
    drawing.note(desk, person, "statement drawn", drawn.device, **told)


def status(refused: Refused) -> int:
    """Of an answer that says so."""
    return 404 if all(one.reason in MISSING for one in refused.refusals) else 422


def problem(refused: Refused, lang: Lang) -> Problem:
    """The same for programs, in the language that was asked for."""
    said = [(one, one.text.say(lang)) for one in refused.refusals]
    errors = [FieldProblem(field=_field(one.field), detail=text) for one, text in said]
    text = ("；" if lang == "zh" else "; ").join(text for _, text in said)
    return Problem(status(refused), text, reason=refused.refusals[0].reason, errors=errors)


def _field(name: str) -> str:
    return "path.device_id" if name == "camera" else f"query.{name}"

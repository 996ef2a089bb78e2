"""Having rules tried: the same for a form and for a program, with its line in the audit log."""

import msgspec

from dashboard_api.auth import areas
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.trials.asked import Asked, Journal
from dashboard_api.trials.bench import Busy, Trial
from gateway.dry_run.words import Wanted
from gateway.store import Deed


def journal(desk: Desk) -> Journal:
    """What there is to try rules on."""
    return Journal(desk.store.journal_begin(), desk.clock(), areas.known(desk.village))


def submit(desk: Desk, person: Person, asked: Asked) -> Trial:
    """Have it judged; raises :class:`Problem` 503 while too many wait."""
    try:
        trial = desk.bench.submit(_wanted(desk, asked), asked, person.name)
    except Busy as error:
        text = "too many trials are waiting; cancel one, or try again in a few minutes"
        raise Problem(503, text, reason="trials_busy", headers={"Retry-After": "120"}) from error
    span = {"from": asked.first.isoformat(), "to": asked.last.isoformat(), "rules": asked.text}
    _note(desk, person, "rules tried", asked.area, span)
    return trial


def one(desk: Desk, number: str) -> Trial:
    """Raises :class:`Problem` 404."""
    trial = desk.bench.trial(number)
    if trial is None:
        raise Problem(
            404, f"no trial '{number}'; it was forgotten, or this process was started anew", reason="forgotten"
        )
    return trial


def cancel(desk: Desk, person: Person, trial: Trial) -> None:
    """Judge it no further."""
    desk.bench.cancel(trial)
    _note(desk, person, "trial cancelled", trial.asked.area, {"by": trial.by})


def _wanted(desk: Desk, asked: Asked) -> Wanted:
    now, then = (rules.model_dump(mode="json") for rules in (desk.rules, asked.rules))
    settings, part = desk.settings, areas.area(desk.village, [asked.area]) if asked.area else None
    assets = None if part is None else sorted(part.assets)
    return Wanted(settings.database, str(settings.inventory), now, then, asked.from_ms, asked.to_ms, assets)


def _note(desk: Desk, person: Person, action: str, subject: str, detail: dict[str, str]) -> None:
    told = msgspec.json.encode(detail).decode()
    desk.store.note(Deed(desk.clock(), person.name, person.role, action, subject, detail=told))

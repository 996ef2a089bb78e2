"""The rules in force, and others tried on the recorded journal; for administrators. Nothing is changed by it."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path

from contracts.yamlfile import InputErrors
from dashboard_api import rules_models as models
from dashboard_api import tried
from dashboard_api.auth.people import SECURITY, Person, allowed
from dashboard_api.desk import DeskDep
from dashboard_api.problems import FieldProblem, Problem, responses
from dashboard_api.times import iso
from dashboard_api.trials import asked, draft
from dashboard_api.trials.asked import LONGEST_DAYS
from dashboard_api.trials.bench import Trial
from gateway.faults import Rules

router = APIRouter(prefix="/rules", tags=["rules"], dependencies=SECURITY)
Admin = Annotated[Person, Depends(allowed("rules"))]
Number = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0f343b0931126a20f133d67c2b018a3b"])]
WORDS = {
    "day": "must be a day such as 2026-10-05",
    "before": "must not be before 'from'",
    "future": "must not lie in the future",
    "empty": "nothing is recorded in these days",
    "long": f"at most {LONGEST_DAYS} days",
    "area": "must be the id of a grid or junction of this village, or empty",
}


@router.get("", summary="The rules in force", responses=responses(401, 403))
def rules_now(desk: DeskDep, _person: Admin) -> models.RulesNow:
    """Each value with the shipped one and its bounds."""
    values = [
        models.RuleValue(
            name=one.name,
            value=getattr(desk.rules, one.name),
            default=one.default,
            least=one.low,
            most=one.high,
            above=one.above,
            description=Rules.model_fields[one.name].description or "",
        )
        for one in draft.bounds()
    ]
    file = desk.settings.rules.name if desk.settings.rules else None
    return models.RulesNow(file=file, text=draft.written(desk.rules), values=values, for_s=desk.rules.for_s)


@router.post(
    "/trials", status_code=202, summary="Try other rules on the journal", responses=responses(401, 403, 422, 503)
)
def try_rules(desk: DeskDep, person: Admin, body: models.MakeTrial) -> models.TrialState:
    """Ask `/api/v1/rules/trials/{trial}` how far it is. It judges the recorded days under the rules in force and under
    those given, as `scripts/replay --rules` does; one trial at a time."""
    try:
        rules = draft.read(body.rules)
        typed = (body.from_.isoformat(), body.to.isoformat(), body.area)
        wanted = asked.asked(tried.journal(desk), rules, body.rules, typed)
    except InputErrors as found:
        errors = [FieldProblem(field=f"body.rules:{one.line}: {one.key}", detail=one.text) for one in found.errors]
        raise Problem(422, f"{len(errors)} mistake(s) in the rules", reason="rules", errors=errors) from found
    except asked.Wrong as wrong:
        errors = [FieldProblem(field=f"body.{name}", detail=WORDS[word]) for name, word in wrong.fields.items()]
        raise Problem(422, f"{len(errors)} value(s) cannot be used", errors=errors) from wrong
    return _state(tried.submit(desk, person, wanted))


@router.get("/trials", summary="Trials of rules", responses=responses(401, 403))
def list_trials(desk: DeskDep, _person: Admin) -> models.Trials:
    """They are kept for some hours, or until this process restarts."""
    return models.Trials(items=[_state(one) for one in desk.bench.trials()])


@router.get("/trials/{trial}", summary="How far a trial is, and what it found", responses=responses(401, 403, 404, 422))
def one_trial(desk: DeskDep, _person: Admin, trial: Number) -> models.Trial:
    """The faults and messages that would differ, and the devices whose uptime would."""
    return _whole(tried.one(desk, trial))


@router.delete("/trials/{trial}", status_code=204, summary="Cancel a trial", responses=responses(401, 403, 404, 422))
def cancel_trial(desk: DeskDep, person: Admin, trial: Number) -> None:
    """Judge it no further; one that is over stays as it is."""
    tried.cancel(desk, person, tried.one(desk, trial))


def _said(trial: Trial) -> dict[str, object]:
    wanted = trial.asked
    return {
        "id": trial.number,
        "by": trial.by,
        "added": iso(trial.added_ms),
        "state": trial.state,
        "part": 100 if trial.state == "done" else trial.part,
        "rules": wanted.text,
        "from": wanted.first.isoformat(),
        "to": wanted.last.isoformat(),
        "area": wanted.area,
        "error": trial.error or None,
    }


def _state(trial: Trial) -> models.TrialState:
    return models.TrialState.model_validate(_said(trial))


def _whole(trial: Trial) -> models.Trial:
    found = msgspec.json.decode(trial.body) if trial.state == "done" else None
    return models.Trial.model_validate(_said(trial) | {"found": found})

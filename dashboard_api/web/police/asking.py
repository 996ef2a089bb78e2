"""What a statement is asked for: the form as it was typed, and every mistake in it beside its field."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, NamedTuple

from fastapi import Query
from pydantic import BaseModel

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.times import CHINA, millis
from dashboard_api.web.reports import stating
from dashboard_api.web.texts import Lang, say
from gateway.reports.left import Known
from gateway.reports.refusals import Refusal, Refused, misfits

_TIME = re.compile(r"^([01]?\d|2[0-3])[:：](\d\d)(?:[:：](\d\d))?$")
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_NATIVE_TIME, _NATIVE_DAY = re.compile(r"^([01]\d|2[0-3])(:[0-5]\d){1,2}$"), re.compile(r"^\d{4}-(0\d|1[0-2])-[0-3]\d$")
Typed = Annotated[str, Query(max_length=60)]
Begin = Annotated[str, Query(alias="from", max_length=60)]


class Form(BaseModel):
    """As it was typed; all in the village's time. ``until``: the last day, "" for the same."""

    camera: Typed = ""
    day: Typed = ""
    from_: Begin = ""
    to: Typed = ""
    until: Typed = ""

    @property
    def empty(self) -> bool:
        """Whether nobody has asked for anything yet."""
        return not (self.day or self.from_ or self.to or self.until)

    def native(self, name: str) -> bool:
        """Whether a browser's own field for a day or time would show what was typed, and not drop it."""
        text = self.from_ if name == "from" else str(getattr(self, name))
        if name in {"from", "to"}:
            return not text or bool(_NATIVE_TIME.match(text))
        return not text or bool(_NATIVE_DAY.match(text) and day_of(text))


class Window(NamedTuple):
    """A camera's id and a time that can be asked for, Unix ms."""

    camera: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Draft:
    """The form with what is wrong: texts by field."""

    form: Form
    wrong: dict[str, str] = field(default_factory=dict)


def day_of(text: str) -> date | None:
    """``2026-10-05``, ``2026/10/5`` or ``2026年10月5日``."""
    found = _DAY.match(text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def time_of(text: str) -> tuple[time, bool] | None:
    """``21:15`` or ``21:15:30``, and whether it is ``24:00``, the end of its day."""
    if text.strip() in {"24:00", "24:00:00"}:
        return time(), True
    found = _TIME.match(text.strip())
    try:
        return (time(int(found[1]), int(found[2]), int(found[3] or 0)), False) if found else None
    except ValueError:
        return None


def checked(desk: Desk, lang: Lang, person: Person, form: Form) -> Window | Draft:
    """What is asked for, or the form with everything that is wrong in it."""
    wrong: dict[str, str] = {}
    camera = _camera(desk, lang, person, form.camera, wrong)
    begin, end = _moment(lang, form, "from", wrong), _moment(lang, form, "to", wrong)
    if begin is not None and end is not None:
        wrong |= said(lang, misfits(begin, end, desk.clock()))
    if wrong or camera is None or begin is None or end is None:
        return Draft(form, wrong)
    return Window(camera.place.device, begin, end)


def said(lang: Lang, refusals: Iterable[Refusal]) -> dict[str, str]:
    """Why there is no statement, by field."""
    return {one.field: one.text.say(lang) for one in refusals}


def _camera(desk: Desk, lang: Lang, person: Person, device: str, wrong: dict[str, str]) -> Known | None:
    if not device:
        wrong["camera"] = say(lang, "police_statement.wrong_camera")
        return None
    try:
        return stating.find(desk, person, device)
    except Refused as error:
        wrong |= said(lang, error.refusals)
    except Problem:
        wrong["camera"] = say(lang, "police_statement.wrong_camera_area", id=device)
    return None


def _moment(lang: Lang, form: Form, name: str, wrong: dict[str, str]) -> int | None:
    day_field = "until" if name == "to" and form.until else "day"
    typed_day, typed_time = getattr(form, day_field), form.from_ if name == "from" else form.to
    day, at = day_of(typed_day), time_of(typed_time)
    if day is None:
        wrong[day_field] = say(lang, "police_statement.wrong_day" if typed_day else "police_statement.wrong_no_day")
    if at is None:
        wrong[name] = say(lang, "police_statement.wrong_time" if typed_time else "police_statement.wrong_no_time")
    if day is None or at is None:
        return None
    clock, next_day = at
    try:
        moment = datetime.combine(day, clock, CHINA) + timedelta(days=next_day)
        if moment.year > 1970:
            return millis(moment)
    except OverflowError:
        pass  # the last day that can be written has no next one
    wrong[day_field] = say(lang, "police_statement.wrong_day")
    return None


def typed(camera: str, begin_ms: int, end_ms: int) -> Form:
    """The form that asks for a window."""
    begin, end = (datetime.fromtimestamp(ms // 1000, UTC).astimezone(CHINA) for ms in (begin_ms, end_ms))
    until = "" if begin.date() == end.date() else f"{end:%Y-%m-%d}"
    return Form.model_validate(
        {
            "camera": camera,
            "day": f"{begin:%Y-%m-%d}",
            "from": f"{begin:%H:%M:%S}",
            "to": f"{end:%H:%M:%S}",
            "until": until,
        }
    )

"""What somebody typed into the form of rules: values or a text, the days, and the button that they pressed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from contracts.yamlfile import InputErrors
from dashboard_api.trials import draft
from gateway.faults import Rules

# Fields of the form, and characters of one.
MOST_FIELDS, MOST_SIGNS = 400, draft.LONGEST * 4


@dataclass(frozen=True, slots=True)
class Typed:
    """``edit``: how rules are typed, values or text; ``act``: what is to be done. ``rest``: what no field shows."""

    edit: str = "values"
    act: str = "try"
    values: Mapping[str, str] = field(default_factory=dict)
    rest: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    file: str = draft.FILE
    first: str = ""
    last: str = ""
    area: str = ""
    csrf: str = ""

    @property
    def written(self) -> str:
        """The rules' file."""
        return self.text if self.edit == "text" else draft.text_of(self.values, self.rest)


def of(rules: Rules, text: str, edit: str) -> Typed:
    """Fields that show ``rules``, whose file is ``text``."""
    return Typed(edit if edit in {"values", "text"} else "values", "", draft.values(rules), draft.rest(rules), text)


async def typed(request: Request) -> Typed:
    """What was sent. A file counts before a text, and a text typed anew before the fields."""
    async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_SIGNS) as form:
        said = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        sent = form.get("file")
        file = sent if isinstance(sent, UploadFile) and sent.size else None
        text = said.get("text", "") if file is None else (await file.read(MOST_SIGNS)).decode("utf-8", "replace")
    return Typed(
        "text" if said.get("edit") == "text" or file is not None else "values",
        said.get("act", "try"),
        {name: value for name, value in said.items() if name.startswith((draft.VALUE, draft.CODE))},
        _rest(said.get("rest", "")),
        text.replace("\r\n", "\n"),
        (file.filename if file is not None else None) or draft.FILE,
        *(said.get(name, "") for name in ("from", "to", "area", "csrf")),
    )


def _rest(text: str) -> dict[str, Any]:
    """What the page sent along; whoever changed it gets the shipped times."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def other_way(sent: Typed) -> Typed:
    """The same rules for the other way of typing; raises InputErrors where the text is none."""
    if sent.edit == "values":
        return changed(sent, edit="text", text=sent.written)
    rules = draft.read(sent.text, sent.file)
    return changed(sent, edit="values", values=draft.values(rules), rest=draft.rest(rules))


def changed(sent: Typed, **more: Any) -> Typed:
    """The same with some fields other."""
    kept = {name: getattr(sent, name) for name in Typed.__dataclass_fields__}
    return Typed(**(kept | more))


def rules_of(sent: Typed) -> tuple[Rules | None, InputErrors | None]:
    """The rules, or all that is wrong with them."""
    try:
        return draft.read(sent.written, sent.file), None
    except InputErrors as found:
        return None, found

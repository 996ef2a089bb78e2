"""A bridge to a vendor of SMS and calls: checks the signature, and everything that such vendors refuse."""

import string
import time
from collections.abc import Mapping
from typing import Any

from demo.vendors.ledger import Ledger, Received

LONGEST_VARIABLE = 20
PER_MINUTE = 60
Answer = dict[str, Any]
# Id -> text with ${variable}. None: every id is registered, and its text is its variables.
Templates = Mapping[str, str] | None


def receive(ledger: Ledger, templates: Templates, body: Answer | None, *, answered: bool) -> Answer:
    """Take a request, or say why not. The same id is shown once."""
    if body is None or body.get("kind") not in {"sms", "voice"} or not body.get("id"):
        return {"code": 11}
    channel, to = body["kind"], str(body.get("to", ""))
    digits = to.removeprefix("+")
    if not digits.isdecimal() or not 8 <= len(digits) <= 15:
        return {"code": 10, "message": f"no such number: {to}"}
    text = rendered(templates, str(body.get("template", "")), body.get("variables", {}))
    if text is None:
        return {"code": 11}
    if ledger.too_many(channel, PER_MINUTE):
        return {"code": 1, "retry_after_s": 30}
    at_ms = time.time_ns() // 1_000_000
    letter = Received(
        channel, to, text, body["id"], at_ms, template=body["template"], variables=dict(body["variables"])
    )
    ledger.take(letter, once=True)
    answer = {"code": 0, "id": f"{channel}-{body['id']}"}
    return answer | ({"answered": answered} if channel == "voice" else {})


def rendered(templates: Templates, template: str, variables: Any) -> str | None:
    """The registered text with the variables in it; None: the vendor refuses."""
    if not isinstance(variables, dict) or not all(_fits(value) for value in variables.values()):
        return None
    if templates is None:
        return f"{template}: " + ", ".join(f"{name}={value}" for name, value in variables.items())
    try:
        return string.Template(templates[template]).substitute(variables)
    except (KeyError, ValueError):
        return None


def _fits(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_VARIABLE and "\n" not in value and "://" not in value

"""OCPP-J frames: raw JSON in and out, read tolerantly. No schema stands before the words that matter."""

import json
from dataclasses import dataclass
from typing import Any

from contracts.codes import ELECTRICAL

CALL, RESULT, ERROR = 2, 3, 4
TEXT = 100


@dataclass(frozen=True, slots=True)
class Call:
    """The pile asks or tells something."""

    number: str
    action: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The pile's answer to a call of ours; ``status`` None for an error."""

    number: str
    status: str | None


@dataclass(frozen=True, slots=True)
class Rubbish:
    """No OCPP. ``number``: the call to answer with an error, if it can be read. ``safety``: severity 1 words in it."""

    reason: str
    number: str | None = None
    safety: tuple[str, ...] = ()


def read(frame: bytes) -> Call | Answer | Rubbish:
    """Whatever ``frame`` is; never raises."""
    try:
        parts = json.loads(frame.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        return _rubbish(frame, f"not JSON: {error}")
    if not isinstance(parts, list) or len(parts) < 3 or not isinstance(parts[1], str | int):
        return _rubbish(frame, "not a list of type, number and content")
    kind, number = parts[0], str(parts[1])[:TEXT]
    if kind in {RESULT, ERROR}:
        content = parts[2] if isinstance(parts[2], dict) else {}
        return Answer(number, text(content.get("status")) if kind == RESULT else None)
    if kind != CALL:
        return _rubbish(frame, f"unknown message type {kind!r:.20}", number)
    payload = parts[3] if len(parts) > 3 else None
    if not isinstance(parts[2], str) or not isinstance(payload, dict):
        return _rubbish(frame, "a call without action or payload", number)
    return Call(number, parts[2][:TEXT], payload)


def _rubbish(frame: bytes, reason: str, number: str | None = None) -> Rubbish:
    """A frame that cannot be read may still hold a word that must not be lost."""
    said = frame.lower()
    return Rubbish(reason, number, tuple(sorted(word for word in ELECTRICAL if word.lower().encode() in said)))


def field(payload: dict[str, Any], name: str) -> Any:
    """``payload[name]`` in any spelling of upper and lower case; None if it is not there."""
    if name in payload:
        return payload[name]
    wanted = name.casefold()
    return next((value for key, value in payload.items() if key.casefold() == wanted), None)


def text(value: object) -> str | None:
    """A value as short text that can be encoded again, whatever its type; None for null and blank."""
    if value is None:
        return None
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # JSON may spell half a character (as in "\ud800"), which no UTF-8 can say.
    return plain.strip()[:TEXT].encode("utf-8", "replace").decode() or None


def whole(value: object) -> int | None:
    """A whole number, also from "1" and 1.0; None if it is none."""
    try:
        return int(float(value)) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None


def call(number: str, action: str, payload: dict[str, Any]) -> str:
    """A call of ours."""
    return json.dumps([CALL, number, action, payload])


def result(number: str, payload: dict[str, Any]) -> str:
    """The answer to the pile's call."""
    return json.dumps([RESULT, number, payload])


def error(number: str, code: str, description: str) -> str:
    """A refusal of the pile's call; ``code`` is one of OCPP-J's."""
    return json.dumps([ERROR, number, code, description, {}])

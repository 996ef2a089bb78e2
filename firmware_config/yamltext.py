"""Plain data as YAML that people can read: block style, one key a line, the same bytes every time."""

import json
import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"/?[^\W\d_][\w/-]*([. ][\w/-]+)*")
_OTHER_MEANING = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def dump(data: dict[str, Any]) -> str:
    """``data`` (dicts, lists, words, numbers, None) as a YAML document."""
    return "".join(f"{line}\n" for line in _lines(data))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(f"{_scalar(key)}:", item)
    else:
        for item in value:
            first, *rest = _lines(item) if isinstance(item, dict | list) and item else [_scalar(item)]
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)


def _entry(key: str, item: Any) -> Iterator[str]:
    if isinstance(item, dict | list) and item:
        yield key
        yield from (f"  {line}" for line in _lines(item))
    else:
        yield f"{key} {_scalar(item)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _OTHER_MEANING:
        return value
    return json.dumps(value, ensure_ascii=False)

"""What a vendor says, without what nobody else may read; and text that fits."""

import logging
import re

LONGEST_REASON = 160
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s<>@]+@[^\s<>@]+")
# Telephone numbers, also written 138-0013 8000 or +86 138…; error codes are shorter.
_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){6,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def said(text: object, *hidden: str) -> str:
    """``text`` on one line, short, without addresses, numbers and the words ``hidden``."""
    line = _CONTROL.sub(" ", str(text)).strip()
    for word in hidden:
        if word:
            line = line.replace(word, "…")
    for pattern in (_URL, _MAIL, _NUMBER):
        line = pattern.sub("…", line)
    return line[:LONGEST_REASON]


def quiet(logger: str) -> None:
    """Turn a library's log off: its lines hold addresses with their keys, at whatever level."""
    logging.getLogger(logger).disabled = True


def one_line(text: str) -> str:
    """``text`` without line breaks and control characters."""
    return _CONTROL.sub(" ", text).strip()


def fit(text: str, most: int, tail: str = "") -> str:
    """``text`` in at most ``most`` bytes of UTF-8, cut at a character with "…"; ``tail`` stays if it stands in it."""
    if len(text.encode()) <= most:
        return text
    end = "…" + (f"\n{tail}" if tail and tail in text else "")
    room = most - len(end.encode())
    if room < 0:
        return fit(text, most)
    return text.encode()[:room].decode(errors="ignore") + end

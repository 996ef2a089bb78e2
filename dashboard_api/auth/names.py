"""What people sign in with, and what they are called. Pure."""

import re
import unicodedata

LONGEST, LONGEST_DISPLAY = 40, 40
# Letters and digits of any script; no "/", which parts an account from its token in the audit log.
_NAME = re.compile(rf"[\w.@-]{{2,{LONGEST}}}")


def folded(typed: str) -> str:
    """A name as it is stored and compared: big and small letters, half and full width are the same."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()[: 2 * LONGEST]


def wrong(name: str) -> str | None:
    """Why a folded name will not do, as a word; None = it will."""
    if not name:
        return "name_missing"
    return None if _NAME.fullmatch(name) else "name_signs"

"""What an administrator looks for among accounts and tokens: words, a role, an order."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, StringConstraints

from dashboard_api.web.access_view import Card, TokenLine

Typed = Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)]
# What each list can be ordered by; the first is what one sees at first.
USER_ORDERS, TOKEN_ORDERS = ("name", "role", "seen"), ("added", "name", "ends", "seen")


class Sought(BaseModel):
    """Of the address; "" is any."""

    q: Typed = ""
    role: Typed = ""
    sort: Typed = ""

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return bool(self.q or self.role)


ANY = Sought()
SoughtQuery = Annotated[Sought, Query()]


def users(found: Iterable[Card], sought: Sought) -> list[Card]:
    """Those that are looked for, in the order that is asked for; who was never active comes last."""
    kept = [one for one in found if _has(sought, one.role_id, (one.name, one.display, one.areas, one.roster))]
    kept.sort(key=lambda one: (one.display.casefold(), one.name))
    if sought.sort == "role":
        kept.sort(key=lambda one: one.role)
    if sought.sort == "seen":
        kept.sort(key=lambda one: -(one.seen_ms or 0))
    return kept


def tokens(found: Iterable[TokenLine], sought: Sought) -> list[TokenLine]:
    """The same of tokens; by their use, what was used longest ago, or never, comes first: it may be needless."""
    kept = [one for one in found if _has(sought, one.role_id, (one.name, one.owner, one.areas, one.what))]
    if sought.sort == "name":
        kept.sort(key=lambda one: one.name.casefold())
    if sought.sort == "ends":
        kept.sort(key=lambda one: one.ends_ms)
    if sought.sort == "seen":
        kept.sort(key=lambda one: one.seen_ms or 0)
    return kept


def _has(sought: Sought, role: str, texts: Sequence[str]) -> bool:
    """Whether each word stands somewhere in ``texts``."""
    together = "\n".join(texts).casefold()
    return sought.role in ("", role) and all(word in together for word in sought.q.casefold().split())

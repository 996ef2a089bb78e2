"""Which page of a list somebody asks for."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

MOST, USUAL = 500, 100
Limit = Annotated[int, Query(ge=1, le=MOST)]


@dataclass(frozen=True, slots=True)
class Paging:
    """``cursor``: `next` of the page before, None for the first."""

    limit: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """Of a list whose rows are numbered: those above ``after``."""

    limit: int
    after: int


def _paging(
    limit: Limit = USUAL,
    cursor: Annotated[str | None, Query(max_length=100, description="`next` of the page before")] = None,
) -> Paging:
    return Paging(limit, cursor)


def _numbered(
    limit: Limit = USUAL,
    after: Annotated[int, Query(ge=0, le=2**53, description="`next` of the page before")] = 0,
) -> Numbered:
    return Numbered(limit, after)


PagingDep = Annotated[Paging, Depends(_paging)]
NumberedDep = Annotated[Numbered, Depends(_numbered)]

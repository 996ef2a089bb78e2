"""What a row of ``scripts/bench`` may answer beside a bare number."""

from dataclasses import dataclass


class Missing(Exception):
    """What a row needs is not on this machine; the row is passed over."""


@dataclass(frozen=True)
class Figure:
    """A value with a word on how it came about."""

    value: float
    note: str = ""

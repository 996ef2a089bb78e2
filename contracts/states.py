"""Observed states of a device and the words residents read for a connector."""

from collections.abc import Iterable
from typing import Literal, get_args

State = Literal["up", "degraded", "down", "unknown"]
STATES: tuple[State, ...] = get_args(State)

Word = Literal["free", "in_use", "finishing", "reserved", "closed", "out_of_order", "not_charging", "unknown"]
WORDS: tuple[Word, ...] = get_args(Word)

# A finding that says "cannot tell" must hide a weaker finding but never a proven outage.
_WEIGHT: dict[State, int] = {"up": 0, "degraded": 1, "unknown": 2, "down": 3}


def worst(states: Iterable[State]) -> State:
    """The worst of ``states`` (down > unknown > degraded > up); ``up`` if there is none."""
    return max(states, key=_WEIGHT.__getitem__, default="up")

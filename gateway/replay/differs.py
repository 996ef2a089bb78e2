"""What other rules would have made of the same history."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypedDict

from gateway.replay.report import Json


class Lists(TypedDict):
    """``+``: only under the rules that judge; ``-``: only under those they are compared with."""

    faults: dict[str, list[Json]]
    messages: dict[str, list[Json]]


def differs(judged: Json, compared: Json) -> Lists:
    """The faults and messages in which two reports of one history differ, in the order of the reports."""
    return {
        "faults": _both(judged["faults"], compared["faults"]),
        "messages": _both(judged["messages"], compared["messages"]),
    }


def _both(judged: Sequence[Json], compared: Sequence[Json]) -> dict[str, list[Json]]:
    return {"+": _only(judged, compared), "-": _only(compared, judged)}


def _only(here: Sequence[Json], there: Sequence[Json]) -> list[Json]:
    """What ``there`` does not have, or has less often."""
    left = Counter(_key(item) for item in there)
    found = []
    for item in here:
        if left[_key(item)]:
            left[_key(item)] -= 1
        else:
            found.append(item)
    return found


def _key(item: Json) -> tuple[tuple[str, Any], ...]:
    return tuple(item.items())

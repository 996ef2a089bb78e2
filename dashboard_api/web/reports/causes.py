"""Time down, unknown and degraded by what took it, over all cameras of a month. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard_api.web.reports.words import Shown, brief, length, rate
from dashboard_api.web.texts import Lang
from gateway.uptime import Uptime, percent

LISTS: dict[Shown, Callable[[Uptime], Mapping[str, int]]] = {
    "down": lambda found: found.down_by,
    "unknown": lambda found: found.unknown_by,
    "degraded": lambda found: found.degraded_by,
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Time that one cause took: of how many cameras, and its share of the time in service."""

    kind: str
    code: str
    word: str
    cameras: int
    lasted: str
    seconds: int
    share: str

    @property
    def pair(self) -> tuple[str, str]:
        """Its code and its words."""
        return self.code, self.word


def causes(lang: Lang, found: Sequence[Uptime], whole: Uptime) -> list[Cause]:
    """The most first within each kind."""
    listed = []
    for kind, of in LISTS.items():
        for code, seconds in ranked(of(whole)):
            hit = sum(code in of(one) for one in found)
            share = rate(percent(seconds, whole.service))
            listed.append(Cause(kind, code, brief(lang, code), hit, length(lang, seconds), seconds, share))
    return listed


def ranked(by: Mapping[str, int]) -> list[tuple[str, int]]:
    """The longest first."""
    return sorted(by.items(), key=lambda item: (-item[1], item[0]))

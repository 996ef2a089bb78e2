"""How long ago, in words. The script of the page says the same in the same words. Pure."""

from dashboard_api.web.texts import Lang, say

# Below this many seconds it is "just now": a figure that flickers says nothing.
NOW_S = 5
STEPS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
UNITS = ("s", "m", "h", "d")


def _whole(seconds: float) -> tuple[int, str]:
    whole = max(1, int(seconds))
    for size, unit in STEPS:
        if whole >= size:
            return whole // size, unit
    return 1, "s"


def ago(lang: Lang, then_ms: int | None, now_ms: int) -> str:
    """``5 minutes ago``; "never" for None. A moment ahead of the clock is now."""
    if then_ms is None:
        return say(lang, "age.never")
    seconds = (now_ms - then_ms) / 1000
    if seconds < NOW_S:
        return say(lang, "age.now")
    count, unit = _whole(seconds)
    return say(lang, f"age.ago_{unit}", n=count)


def lasting(lang: Lang, then_ms: int, now_ms: int) -> str:
    """``5 minutes``, at least a second."""
    count, unit = _whole((now_ms - then_ms) / 1000)
    return say(lang, f"age.for_{unit}", n=count)


def words(lang: Lang) -> dict[str, str]:
    """What the script needs to count on by itself; ``{n}`` stands for the number."""
    known = {f"ago_{unit}": say(lang, f"age.ago_{unit}", n="{n}") for unit in UNITS}
    known |= {f"for_{unit}": say(lang, f"age.for_{unit}", n="{n}") for unit in UNITS}
    return known | {key: say(lang, f"age.{key}") for key in ("now", "never")}

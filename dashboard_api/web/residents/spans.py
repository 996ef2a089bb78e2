"""How long something has lasted, as people say it: 42 minutes, 1 hour 10. The page's script says the same. Pure."""

from dashboard_api.web.texts import Lang, say

MINUTE, HOUR, DAY = 60, 3600, 86_400


def _parts(seconds: float) -> tuple[str, dict[str, int]]:
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return "0", {}
    if whole < HOUR:
        return "m", {"m": whole // MINUTE}
    if whole < DAY:
        return "h", {"h": whole // HOUR, "m": whole % HOUR // MINUTE}
    return "d", {"d": whole // DAY, "h": whole % DAY // HOUR}


def lasting(lang: Lang, then_ms: int, now_ms: int) -> str:
    """``1 h 10 min``."""
    unit, counts = _parts((now_ms - then_ms) / 1000)
    return say(lang, f"res_age.for_{unit}", **counts)


def words(lang: Lang) -> dict[str, str]:
    """What the script counts on with; ``{m}`` and the like stand for the numbers."""
    blank = {name: f"{{{name}}}" for name in ("m", "h", "d")}
    return {
        f"{kind}_{unit}": say(lang, f"res_age.{kind}_{unit}", **blank) for kind in ("for", "ago") for unit in "0mhd"
    }

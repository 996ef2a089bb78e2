"""Moments and durations as people say them, in China's time, and as a voice reads them aloud."""

from datetime import UTC, datetime, timedelta, timezone

from gateway.dispatch.words import Lang

# Asia/Shanghai; it has had no summer time since 1991.
_SHANGHAI = timezone(timedelta(hours=8))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def moment(at_ms: int, now_ms: int, lang: Lang) -> str:
    """``今天 21:15``, ``昨天 21:15``, ``11月25日 21:15``."""
    at = _local(at_ms)
    return f"{_day(at, _local(now_ms), lang)} {at.hour:02}:{at.minute:02}"


def until(from_ms: int, to_ms: int, now_ms: int, lang: Lang) -> str:
    """A stretch of time; the day of its end only where that is another one."""
    begin, end = _local(from_ms), _local(to_ms)
    ended = f"{end.hour:02}:{end.minute:02}" if begin.date() == end.date() else moment(to_ms, now_ms, lang)
    return f"{moment(from_ms, now_ms, lang)}{' to ' if lang == 'en' else ' 至 '}{ended}"


def spoken(at_ms: int, now_ms: int, lang: Lang) -> str:
    """The same without a symbol: ``今天21点15分``, ``9 15 pm today``. At most 20 characters."""
    at = _local(at_ms)
    day = _day(at, _local(now_ms), lang)
    if lang == "en":
        return f"{at.hour % 12 or 12} {at.minute:02} {'pm' if at.hour >= 12 else 'am'} {day}"  # noon
    return f"{day}{at.hour}点{at.minute:02}分"


def lasting(ms: int, lang: Lang) -> str:
    """``1 小时 25 分钟``, ``3 days 2 h``; in whole minutes."""
    seconds = max(0, ms) // 1000
    if seconds < _MINUTE:
        return "less than a minute" if lang == "en" else "不到 1 分钟"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} {'min' if lang == 'en' else '分钟'}"
    if seconds < _DAY:
        return _two(seconds // _HOUR, seconds % _HOUR // _MINUTE, lang, ("h", "小时"), ("min", "分钟"))
    return _two(seconds // _DAY, seconds % _DAY // _HOUR, lang, ("days", "天"), ("h", "小时"))


def _two(large: int, small: int, lang: Lang, one: tuple[str, str], other: tuple[str, str]) -> str:
    which = 0 if lang == "en" else 1
    word = "day" if large == 1 and one[which] == "days" else one[which]
    return f"{large} {word}" + (f" {small} {other[which]}" if small else "")


def _day(at: datetime, now: datetime, lang: Lang) -> str:
    ago = (now.date() - at.date()).days
    if ago in (0, 1):
        return (("today", "yesterday") if lang == "en" else ("今天", "昨天"))[ago]
    return f"{at.day} {_MONTHS[at.month - 1]}" if lang == "en" else f"{at.month}月{at.day}日"


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(_SHANGHAI)

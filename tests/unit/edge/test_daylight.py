"""Night at Beigu: civil twilight, less 45 minutes at each end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.messages import TimeQuality
from edge.clock import Clock
from edge.daylight import is_night, night_by

BEIGU = (31.33, 119.12)
SHANGHAI = ZoneInfo("Asia/Shanghai")
# Civil dusk and dawn there, to a few minutes, in the longest and the shortest night.
WINTER_DUSK, WINTER_DAWN = (
    datetime(2026, 12, 21, 17, 32, tzinfo=SHANGHAI),
    datetime(2026, 12, 22, 6, 34, tzinfo=SHANGHAI),
)
SUMMER_DUSK, SUMMER_DAWN = datetime(2026, 6, 21, 19, 42, tzinfo=SHANGHAI), datetime(2026, 6, 22, 4, 31, tzinfo=SHANGHAI)
MARGIN, TOLERANCE = timedelta(minutes=45), timedelta(minutes=4)


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (WINTER_DUSK + MARGIN - TOLERANCE, False),
        (WINTER_DUSK + MARGIN + TOLERANCE, True),
        (WINTER_DAWN - MARGIN - TOLERANCE, True),
        (WINTER_DAWN - MARGIN + TOLERANCE, False),
        (SUMMER_DUSK + MARGIN - TOLERANCE, False),
        (SUMMER_DUSK + MARGIN + TOLERANCE, True),
        (SUMMER_DAWN - MARGIN - TOLERANCE, True),
        (SUMMER_DAWN - MARGIN + TOLERANCE, False),
        (datetime(2026, 6, 21, 12, tzinfo=SHANGHAI), False),
        (datetime(2026, 6, 22, 0, tzinfo=SHANGHAI), True),
    ],
)
def test_night_begins_45_minutes_after_civil_dusk_and_ends_45_before_dawn(moment: datetime, night: bool) -> None:
    assert is_night(*BEIGU, moment) is night


@pytest.mark.parametrize(("quality", "expected"), [("ntp", True), ("rtc", True), ("none", None)])
def test_without_a_trusted_clock_nobody_can_tell(quality: TimeQuality, expected: bool | None) -> None:
    midnight = round(datetime(2026, 6, 22, 0, tzinfo=SHANGHAI).timestamp() * 1000)
    assert night_by(Clock(lambda: 0.0, lambda: midnight, lambda: quality), *BEIGU) is expected

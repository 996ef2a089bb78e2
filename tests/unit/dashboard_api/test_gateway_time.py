"""The page goes by the gateway's time, also where the computer's clock has gone elsewhere."""

from collections.abc import Callable

import pytest

from dashboard_api.gateway_time import BELIEVED, JUMP_MS, GatewayTime

NOW, HOUR_MS, DAY_MS = 1_800_000_000_000, 3_600_000, 86_400_000
YEAR_MS = 365 * DAY_MS
REPORTS_S = 7.0


class Box:
    """The computer, the gateway's time, and the page; readings come each :data:`REPORTS_S` seconds."""

    def __init__(self, ahead_ms: int = 0, newest_ms: int | None = NOW) -> None:
        self.mono_s, self.ahead_ms, self.newest_ms = 100.0, ahead_ms, newest_ms
        self.page = GatewayTime(lambda: self.newest_ms, lambda: self.gateway_ms() + self.ahead_ms, lambda: self.mono_s)

    def gateway_ms(self) -> int:
        return NOW + round(1000 * (self.mono_s - 100.0))

    def off_s(self) -> float:
        """How far the page is ahead of the gateway."""
        return (self.page() - self.gateway_ms()) / 1000

    def passes(self, seconds: float, told: Callable[[], int | None]) -> None:
        """Somebody looks at the page each second; ``told``: the moment of a reading that comes, None: none does."""
        end = self.mono_s + seconds
        while self.mono_s < end:
            self.mono_s += 1
            if self.mono_s % REPORTS_S == 0:
                self.newest_ms = told() or self.newest_ms
            self.page()

    def reports(self, seconds: float = 120) -> None:
        self.passes(seconds, self.gateway_ms)


@pytest.mark.parametrize("ahead_ms", [YEAR_MS, DAY_MS, 2 * JUMP_MS, -HOUR_MS // 2, -DAY_MS, -NOW])
def test_a_page_that_starts_by_another_clock_comes_to_the_gateways_time(ahead_ms: int) -> None:
    box = Box(ahead_ms)
    box.reports()
    assert abs(box.off_s()) <= 2 * REPORTS_S


def test_it_is_as_exact_as_the_clock_again_once_that_is_put_right() -> None:
    box = Box(YEAR_MS)
    box.reports()
    box.ahead_ms = 0
    box.reports(60)
    assert box.off_s() == 0


def test_where_nobody_reports_the_clock_is_believed() -> None:
    box = Box(DAY_MS)
    box.passes(600, lambda: None)
    assert box.off_s() == DAY_MS / 1000


@pytest.mark.parametrize("ahead_ms", [YEAR_MS, -DAY_MS])
def test_a_clock_that_jumps_meanwhile_takes_the_page_nowhere(ahead_ms: int) -> None:
    box = Box()
    box.ahead_ms = ahead_ms
    box.reports()
    assert abs(box.off_s()) < 1


def test_what_was_kept_on_a_card_for_hours_is_not_now() -> None:
    """A backlog comes faster than time passes."""
    box = Box(newest_ms=NOW - 2 * HOUR_MS)
    box.passes(300, lambda: (box.newest_ms or 0) + 120_000)
    assert box.off_s() == 0


def test_a_few_late_readings_are_not_believed() -> None:
    box = Box(newest_ms=NOW - HOUR_MS)
    box.passes(REPORTS_S * (BELIEVED - 1), lambda: box.gateway_ms() - HOUR_MS)
    assert box.off_s() == 0

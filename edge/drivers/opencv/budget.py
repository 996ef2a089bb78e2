"""What a paid line may carry: a month's bytes in equal daily shares."""

import threading

DAY_S = 86_400.0
MONTH_DAYS = 31


class Budget:
    """``month_mb``: megabytes a month, None for no cap. Days are counted from ``began`` (monotonic seconds): a node
    has no calendar that it can rely on. Safe from any thread.
    """

    def __init__(self, month_mb: float | None, began: float) -> None:
        self._share = None if month_mb is None else month_mb * 1e6 / MONTH_DAYS
        self._began, self._day = began, 0
        self._guard = threading.Lock()
        self.used = 0
        self._picture = 0
        self._pictured = False

    def spend(self, size: int, now: float, *, picture: bool = False) -> None:
        """``size`` bytes went over the line; a ``picture`` is what costs."""
        with self._guard:
            self._turn(now)
            self.used += size
            if picture:
                self._picture, self._pictured = max(self._picture, size), True

    def rest_s(self, now: float) -> float:
        """Seconds until the next picture may be paid for; 0 for now. The first of a day always may, and questions
        whether the camera answers go on.
        """
        with self._guard:
            self._turn(now)
            if self._share is None or not self._pictured or self.used + self._picture <= self._share:
                return 0.0
            return DAY_S - (now - self._began) % DAY_S

    def _turn(self, now: float) -> None:
        day = int((now - self._began) // DAY_S)
        if day != self._day:
            self._day, self.used, self._pictured = day, 0, False

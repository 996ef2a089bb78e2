"""When what is published of a socket last changed: what OCPI calls ``last_updated``."""

import threading


class Published:
    """Remembers, for each id, the state last given out and since when. In memory: a restart begins anew with what is
    known of the state itself, so a moment is never later than the change that a reader has missed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, int]] = {}

    def since_ms(self, name: str, state: str, begun_ms: int | None, now_ms: int) -> int:
        """The moment ``state`` was first given out; of the first one it is when it began, if that is known."""
        with self._lock:
            known = self._known.get(name)
            if known is None or known[0] != state:
                begun = now_ms if known is not None or begun_ms is None else min(begun_ms, now_ms)
                known = self._known[name] = (state, begun)
            return known[1]

"""What people are called, by the name that they sign in with: the store keeps that one beside whatever they do."""

import threading
from collections.abc import Callable, Mapping

from gateway.store import Store

KEPT_MS = 5_000


class Displays:
    """When called with who did something: what others call them. Somebody without an account, who took a fault by a
    link, is called what stands there. Raises StoreError.
    """

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store, self._clock = store, clock
        self._guard = threading.Lock()
        self._read_ms: int | None = None
        self._known: Mapping[str, str] = {}

    def __call__(self, by: str) -> str:
        """A token of an account stands behind its name: ``王芳/tablet``."""
        name, slash, token = by.partition("/")
        return f"{self._all().get(name, name)}{slash}{token}"

    def _all(self) -> Mapping[str, str]:
        with self._guard:
            now_ms = self._clock()
            if self._read_ms is None or not 0 <= now_ms - self._read_ms <= KEPT_MS:
                self._known = {one.name: one.display for one in self._store.accounts() if one.display}
                self._read_ms = now_ms
            return self._known

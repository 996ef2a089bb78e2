"""A gateway's journal as a history that is judged while it is read: no file is written, and little of it is held."""

from collections.abc import Callable, Iterator
from itertools import islice

from contracts.inventory import Village
from gateway.faults import Rules
from gateway.replay.export import Export, Exported, Wanted
from gateway.replay.lines import Line, decode
from gateway.replay.names import Names
from gateway.store import Store


class Journal:
    """What ``python -m gateway export`` would write of ``[from_ms, to_ms)``, which replay would then read. ``rules``:
    those in force, which say what was late."""

    def __init__(self, store: Store, village: Village, rules: Rules, from_ms: int, to_ms: int) -> None:
        self.names, self.from_ms, self.to_ms = Names(village), from_ms, to_ms
        self.count = 0
        self._store, self._village, self._rules = store, village, rules
        self._left_out: Callable[[], Exported] = Exported

    @property
    def left_out(self) -> Exported:
        """What could not be taken along, so far."""
        return self._left_out()

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Line numbers, as in the file, and lines. Raises StoreError."""
        export = Export(Wanted(self._village, "", self.from_ms, self.to_ms, self._rules))
        self._left_out = lambda: export.left_out
        texts = export.lines(self._store.journal(self.from_ms), self._store.happenings())
        for number, text in enumerate(islice(texts, 1, None), 2):
            self.count += 1
            yield number, decode(text)

"""Reading a history: all its mistakes at once, and then its lines, as often as wanted, without holding the file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec

from contracts.inventory import load_inventory
from contracts.yamlfile import InputError, InputErrors
from gateway.replay.explain import Mistake, explain, parse
from gateway.replay.lines import ANNOUNCED, Header, Line, decode, whole_ms
from gateway.replay.meaning import mistakes
from gateway.replay.names import Names

SHOWN = 100
EACH = 10_000
_CHINA = timezone(timedelta(hours=8))


class Source(Protocol):
    """What is run: a file, or a journal as it is read. ``from_ms``, ``to_ms``: the period, Unix ms of whole seconds."""

    @property
    def names(self) -> Names: ...  # noqa: D102  # see the class
    @property
    def from_ms(self) -> int: ...  # noqa: D102  # see the class
    @property
    def to_ms(self) -> int: ...  # noqa: D102  # see the class

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Line numbers and lines, ordered by ``t``."""
        ...


@dataclass(frozen=True)
class History:
    """A history without mistakes. ``from_ms``, ``to_ms``: the period, Unix ms of whole seconds; ``count``: lines below
    the header."""

    path: Path
    names: Names
    from_ms: int
    to_ms: int
    count: int

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Line numbers and lines, in file order; empty lines are passed over. Raises OSError."""
        for number, text in islice(_texts(self.path), 1, None):
            yield number, decode(text)


def read(path: Path, inventory: Path | None = None, told: Callable[[int], None] = lambda _: None) -> History:
    """The history in ``path``, in the village of ``inventory`` or else of the one its header names.

    ``told`` hears each 10,000 lines how many are read. Raises :class:`InputErrors` with all mistakes of the file, and
    of the inventory.
    """
    try:
        return _Reader(path).read(inventory, told)
    except OSError as error:
        raise InputErrors([InputError(str(path), 0, "", f"cannot be read: {error.strerror or error}")]) from error


def _texts(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield number, text


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._errors: list[InputError] = []
        self._more = 0
        self._last: tuple[int, datetime] | None = None

    def read(self, inventory: Path | None, told: Callable[[int], None]) -> History:
        texts = _texts(self._path)
        header = self._header(next(texts, None))
        names = self._names(header, inventory)
        count = 0
        for number, text in texts:
            count += 1
            if count % EACH == 0:
                told(count)
            self._line(number, text, header, names)
        if self._more:
            self._errors.append(InputError(str(self._path), 0, "", f"and {self._more} more mistakes"))
        if self._errors or header is None or names is None:
            raise InputErrors(self._errors)
        return History(self._path, names, whole_ms(header.start), whole_ms(header.end), count)

    def _line(self, number: int, text: bytes, header: Header | None, names: Names | None) -> None:
        line = parse(text)
        if isinstance(line, list):
            self._say(number, line)
            return
        if names is not None:
            self._say(number, mistakes(line, names))
        if header is not None:
            self._say(number, _times(line, header, self._last))
        self._last = (number, line.t)

    def _say(self, number: int, found: Iterable[Mistake]) -> None:
        for mistake in found:
            if len(self._errors) < SHOWN:
                self._errors.append(InputError(str(self._path), number, *mistake))
            else:
                self._more += 1

    def _header(self, first: tuple[int, bytes] | None) -> Header | None:
        number, text = first or (1, b"")
        try:
            header = msgspec.json.decode(text, type=Header)
        except msgspec.ValidationError as error:
            found = list(explain(Header, msgspec.json.decode(text))) or [Mistake("", str(error))]
            self._say(number, [Mistake(key, f"{what} (the first line is the header)") for key, what in found])
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._say(number, [Mistake("", f"the first line must be the header, inventory, from and to: {error}")])
            return None
        if header.end <= header.start:
            self._say(number, [Mistake("to", "must lie after `from`")])
        return header

    def _names(self, header: Header | None, inventory: Path | None) -> Names | None:
        if inventory is None and header is not None and header.inventory is not None:
            inventory = self._path.parent / header.inventory
        if inventory is None:
            if header is not None:
                self._say(1, [Mistake("inventory", "this key is required and missing, or give --inventory")])
            return None
        try:
            return Names(load_inventory(inventory))
        except InputErrors as found:
            self._errors += found.errors
            return None


def _times(line: Line, header: Header, last: tuple[int, datetime] | None) -> Iterator[Mistake]:
    at_ms = whole_ms(line.t)
    if last is not None and at_ms < whole_ms(last[1]):
        yield Mistake("t", f"{_shown(line.t)} is before line {last[0]} ({_shown(last[1])}); order the lines by `t`")
    if at_ms < whole_ms(header.start) and not isinstance(line, ANNOUNCED):
        yield Mistake("t", f"{_shown(line.t)} is before the header's `from`, {_shown(header.start)}")
    if at_ms > whole_ms(header.end):
        yield Mistake("t", f"{_shown(line.t)} is after the header's `to`, {_shown(header.end)}")


def _shown(time: datetime) -> str:
    return time.astimezone(_CHINA).isoformat(timespec="seconds")

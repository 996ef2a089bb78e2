"""The store's door for the ways to people: which there are, how they do, and trials of them."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Engine

from gateway.dispatch.words import ChannelKind
from gateway.store import channels, inputs
from gateway.store.batch import InputDone
from gateway.store.channels import ChannelRow, TrialRow, Tried
from gateway.store.rows import InputRow
from gateway.store.sql import transaction


class ChannelDoor:
    """A part of :class:`~gateway.store.Store`; every method is one transaction."""

    _read: Engine
    _write: Engine

    def channels_opened(self, kinds: Mapping[str, ChannelKind], at_ms: int) -> None:
        """The gateway has opened these channels, and no others."""
        with transaction(self._write) as db:
            channels.opened(db, kinds, at_ms)

    def channels(self) -> list[ChannelRow]:
        """The channels as the gateway opened them last, by name."""
        with transaction(self._read) as db:
            return channels.read(db)

    def channel_tests(self) -> list[TrialRow]:
        """The newest trials of channels, newest first."""
        with transaction(self._read) as db:
            return channels.tests(db)

    def waiting_tests(self) -> Sequence[InputRow]:
        """Trials that nobody has answered, oldest first."""
        with transaction(self._read) as db:
            return channels.waiting(db)

    def answer_test(self, number: int, tried: Tried | str, at_ms: int) -> None:
        """What became of a trial, or why there is none. Raises :class:`Conflict` if it is answered already."""
        refused = isinstance(tried, str)
        reason = tried if isinstance(tried, str) else msgspec.json.encode(tried).decode()
        with transaction(self._write) as db:
            inputs.mark(db, [InputDone(number, "refused" if refused else "applied", reason)], at_ms)

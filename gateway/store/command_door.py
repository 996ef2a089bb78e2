"""The store's door for commands to nodes."""

from collections.abc import Collection

from sqlalchemy import Engine

from gateway.store import changes, commands
from gateway.store.command_rows import CommandBind, CommandEnd, CommandRow, NewCommand
from gateway.store.sql import transaction


class CommandDoor:
    """A part of :class:`~gateway.store.Store`; every method is one transaction."""

    _read: Engine
    _write: Engine

    def add_command(self, new: NewCommand) -> int:
        """Ask a node for something; the command's number. Raises :class:`UnderWay` while the same is asked already."""
        with transaction(self._write) as db:
            number = commands.add(db, new)
            changes.commanded(db, [new.device], new.added_ms)
            return number

    def waiting_commands(self, limit: int = 100) -> list[CommandRow]:
        """Those that are neither answered nor given up, oldest first."""
        with transaction(self._read) as db:
            return commands.waiting(db, limit)

    def command(self, number: int) -> CommandRow | None:
        """One by its number."""
        with transaction(self._read) as db:
            return commands.one(db, number)

    def commands(
        self, devices: Collection[str] | None = None, before: int | None = None, limit: int = 50
    ) -> list[CommandRow]:
        """Those numbered below ``before``, of these devices or of all, newest first."""
        with transaction(self._read) as db:
            return commands.newest(db, devices, before, limit)

    def bind_command(self, item: CommandBind, device: str) -> None:
        """It goes out for the first time. Raises :class:`Conflict` if another worker was quicker."""
        with transaction(self._write) as db:
            commands.bind(db, item)
            changes.commanded(db, [device], item.at_ms)

    def end_commands(self, items: Collection[CommandEnd]) -> None:
        """Give commands up, or refuse what cannot be sent."""
        with transaction(self._write) as db:
            moved = commands.end(db, items)
            changes.commanded(db, moved, max((item.at_ms for item in items), default=0))

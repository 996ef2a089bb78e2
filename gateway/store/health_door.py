"""The store's door for the system's own health: the gateway's figures, its nodes', and the database's own."""

from sqlalchemy import Engine

from gateway.store import node_facts, outbox, telemetry_queue, vitals
from gateway.store.node_facts import NodeFacts
from gateway.store.outbox import Dead
from gateway.store.sql import transaction
from gateway.store.vitals import Machine


class HealthDoor:
    """A part of :class:`~gateway.store.Store`; every method is one transaction."""

    _read: Engine
    _write: Engine

    def keep_machine(self, machine: Machine) -> None:
        """What the gateway knows of itself, in the place of what it knew before."""
        with transaction(self._write) as db:
            vitals.keep(db, machine)

    def machine(self) -> Machine | None:
        """The same as it was kept last; None: never, or by another version of the program."""
        with transaction(self._read) as db:
            return vitals.read(db)

    def node_facts(self) -> list[NodeFacts]:
        """What is known of each node's program, clock and line, by id."""
        with transaction(self._read) as db:
            return node_facts.read(db)

    def oldest_point_ms(self) -> int | None:
        """The time of the oldest telemetry point that waits; None: none does."""
        with transaction(self._read) as db:
            return telemetry_queue.oldest_ms(db)

    def dead_letters(self, since_ms: int) -> Dead:
        """Letters made since then that were given up."""
        with transaction(self._read) as db:
            return outbox.dead(db, since_ms)

    def size_bytes(self) -> int:
        """What the village's tables take."""
        with transaction(self._read) as db:
            return vitals.size(db)

    def database_version(self) -> str:
        """What the database is: ``SQLite 3.40.1``."""
        with transaction(self._read) as db:
            return vitals.version(db)

"""How the village stands for dispatch: its inventory, its channels, and the roster as it was loaded last."""

from collections.abc import Mapping

import structlog
from pydantic import ValidationError

from contracts.inventory import Village
from gateway.dispatch import Setup
from gateway.dispatch.roster import Roster
from gateway.dispatch.words import ChannelKind
from gateway.faults.times import DispatchTimes
from gateway.store import Store

log = structlog.get_logger(__name__)


class Directory:
    """Read by several threads: :meth:`setup` is one value, exchanged as a whole by :meth:`refresh`."""

    def __init__(
        self, store: Store, village: Village, channels: Mapping[str, ChannelKind], times: DispatchTimes
    ) -> None:
        self._store, self._version = store, 0
        self._now = Setup(village, None, channels, times)

    def setup(self) -> Setup:
        """As it is now."""
        return self._now

    def refresh(self) -> None:
        """Take a roster that was loaded meanwhile; one that cannot be read leaves the one before in force.

        Raises :class:`StoreError`.
        """
        row = self._store.roster()
        if row is None or row.version == self._version:
            return
        try:
            roster = Roster.model_validate_json(row.body)
        except ValidationError as error:
            log.error("a roster of another program", version=row.version, mistakes=error.error_count())
            self._version = row.version
            return
        self._version = row.version
        self._now = Setup(self._now.village, roster, self._now.channels, self._now.times)
        log.info("roster", version=row.version, people=len(roster.people))

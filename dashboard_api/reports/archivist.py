"""A thread that keeps files of every frozen revision: soon after it froze, and whatever is missing after a start."""

import threading
from collections.abc import Callable, Mapping

import structlog

from dashboard_api.errand import Stop
from dashboard_api.reports.archive import Archive
from dashboard_api.reports.press import Unprintable
from gateway.store import MonthHead, Store, StoreError

LOOK_S = 60.0
# After a failure: nothing gets better within a minute, and each try costs the machine much.
AGAIN_TURNS = 30
log = structlog.get_logger(__name__)
# How each file of a revision is made, by language and format; None if the revision cannot be read.
Making = Callable[[MonthHead, Stop], Mapping[tuple[str, str], Callable[[], bytes]] | None]


class Archivist:
    """``making``: how the files of a revision are made."""

    def __init__(self, store: Store, archive: Archive, making: Making, look_s: float = LOOK_S) -> None:
        self._store, self._archive, self._making, self._look_s = store, archive, making, look_s
        self._asked, self._stop, self._rest = threading.Event(), Stop(), 0
        self._thread = threading.Thread(target=self._run, name="archivist", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is being drawn is given up and is made at the next start."""
        self._stop.now()
        self._asked.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.told:
            if self._rest:
                self._rest -= 1
            else:
                self.once()
            self._asked.wait(self._look_s)

    def once(self) -> None:
        """Keep what is missing."""
        try:
            for head in self._store.month_heads():
                if not self._stop.told and not self._archive.complete(head):
                    self._keep(head)
        except StoreError as error:
            log.warning("put off", reason=str(error))
        except (OSError, Unprintable) as error:
            self._rest = AGAIN_TURNS
            if not self._stop.told:
                log.warning("a month's files cannot be kept", folder=str(self._archive.folder), reason=str(error))
        except Exception:  # the thread must outlive whatever one turn dies of
            log.exception("the archive failed")
            self._rest = AGAIN_TURNS

    def _keep(self, head: MonthHead) -> None:
        made = self._making(head, self._stop)
        if made is not None:
            self._archive.keep(head, made)
            log.info("month's files kept", month=head.month, revision=head.revision)

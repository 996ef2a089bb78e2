"""Whose a village is: a lock that PostgreSQL keeps for one session, on a connection of its own.

The session ends by itself if nothing is heard of its client for :data:`LEASE_S`, so a worker that stands still loses
its villages as one that died does. Whoever has the lock says so every second; who could not for :data:`FRESH_S` does
not begin to write any more, whatever the server thinks by then.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from gateway.store.engine import errors_of
from gateway.store.postgresql import CLIENT, schema
from gateway.store.sql import StoreError

LEASE_S, FRESH_S = 8.0, 6.0
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended('vsm village ' || :schema, 0))")
_FREE = text("SELECT pg_advisory_unlock(hashtextextended('vsm village ' || :schema, 0))")
# A dead machine says no good-bye: its session must end as soon as that of one that stands still.
_SESSION = {
    "idle_session_timeout": f"{LEASE_S:.0f}s",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


class Lost(StoreError):
    """The village may be another worker's by now: nothing is written any more."""


class Ownership:
    """A village that is this worker's as long as :meth:`beat` works, once a second."""

    def __init__(self, db: Connection, mono_s: Callable[[], float]) -> None:
        self._db, self._mono_s = db, mono_s
        self._fresh_s = mono_s()

    def beat(self) -> bool:
        """Whether it is still ours; once it is not, it never is again."""
        asked_s = self._mono_s()
        if not self.fresh():
            return False
        try:
            self._db.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self._fresh_s = float("-inf")
            return False
        self._fresh_s = asked_s
        return True

    def fresh(self) -> bool:
        """Whether the server cannot have given it to another yet."""
        return self._mono_s() - self._fresh_s < FRESH_S

    def fence(self) -> None:
        """Raises :class:`Lost` once the village is not surely ours: see :meth:`gateway.store.Store.guard`."""
        if not self.fresh():
            raise Lost("the village may be another worker's by now; nothing is written")

    def release(self) -> None:
        """Give it to whoever comes next."""
        engine = self._db.engine
        self._db.invalidate()
        self._db.close()
        engine.dispose()


def take(url: str, mono_s: Callable[[], float]) -> Ownership | None:
    """Make the village at ``url`` ours; None if it is another's. Raises :class:`StoreError`."""
    with errors_of(url):
        engine = _engine(url)
        db = engine.connect()
        try:
            if db.execute(_TAKE, {"schema": schema(db)}).scalar():
                return Ownership(db, mono_s)
        except BaseException:
            db.close()
            raise
        db.close()
        return None


def free(url: str) -> bool:
    """Whether the village at ``url`` is nobody's now. Raises :class:`StoreError`."""
    with errors_of(url), _engine(url).connect() as db:
        named = {"schema": schema(db)}
        return bool(db.execute(_TAKE, named).scalar()) and bool(db.execute(_FREE, named).scalar())


def can_be_owned(url: str) -> bool:
    """Whether ``url`` is on a server that can say whose a village is."""
    with errors_of(url):
        return make_url(url).get_backend_name() == "postgresql"


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    given = {name: value for name, value in CLIENT.items() if name not in parsed.query}
    return create_engine(parsed, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=given | _options(url))


def _options(url: str) -> dict[str, str]:
    """The session's settings behind those of the URL, which name the schema."""
    named = str(make_url(url).query.get("options", ""))
    return {"options": " ".join([named, *(f"-c{name}={value}" for name, value in _SESSION.items())]).strip()}

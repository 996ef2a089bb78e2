"""PostgreSQL behaves here as SQLite does: one writer at a time, readers see one moment.

One village has one schema, the first of the connection's ``search_path``; the URL names it by
``?options=-csearch_path%3Dv-01``.
"""

import re
import shlex
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateSchema

# What the URL may say otherwise. Both ends must notice that the other is gone: a client that is not there any more must
# not keep what it has locked.
CLIENT = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "vsm",
}
# Of each session. An acknowledged record must survive a power cut; a writer waits as long as SQLite's does; one that
# stops in the middle of a transaction keeps the others away for ten seconds and then is refused.
SESSION = {
    "synchronous_commit": "on",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
# One writer at a time and village, so that numbers are drawn in the order in which they are committed: whoever asks
# "what came after 41" must never miss a 40 that comes later.
# Where a URL's query may hold what nobody is to read.
SECRET = ("password", "sslpassword")
_WRITER = text(
    "SELECT pg_advisory_xact_lock("
    "hashtextextended('vsm writer ' || coalesce(current_schema(), current_setting('search_path')), 0))"
)


def prepared(url: URL) -> Engine:
    """An engine whose connections are durable and notice that the server was away."""
    given = {name: value for name, value in CLIENT.items() if name not in url.query}
    # Parameters by position, so that rows reach the driver as they are.
    engine = create_engine(url, paramstyle="format", connect_args=given, pool_pre_ping=True)
    event.listen(engine, "connect", _settings)
    event.listen(engine, "begin", _begin)
    return engine


def _settings(connection: Any, _record: object) -> None:
    from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415  # for those who have a server

    class Text(StrDumperUnknown):
        """PostgreSQL keeps no NUL in a text, and what a node or a person says may hold one."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.adapters.register_dumper(str, Text)
    values = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in SESSION.items())
    connection.execute(f"SELECT {values}")
    connection.commit()


def _begin(db: Connection) -> None:
    if db.get_execution_options().get("vsm_write"):
        db.execute(_WRITER)


def schema(db: Connection) -> str | None:
    """Where the tables are, or will be; None on SQLite.

    The search path's first name counts, also where it is not there yet: the next one may be another village's.
    """
    if db.dialect.name != "postgresql":
        return None
    first = str(db.execute(text("SHOW search_path")).scalar()).partition(",")[0].strip()
    if first in {"", '"$user"', "$user"}:
        return db.execute(text("SELECT current_schema()")).scalar()
    return first[1:-1].replace('""', '"') if first.startswith('"') else first.lower()


def make_schema(db: Connection) -> None:
    """Make the schema that the search path names, if it is not there; nothing else is seen for the transaction."""
    name = schema(db)
    if name is None:
        return
    if not inspect(db).has_schema(name):  # a user may own a schema without being let to make one
        db.execute(CreateSchema(name))
    db.execute(text("SELECT set_config('search_path', quote_ident(:name), true)"), {"name": name})


def dump_command(url: URL) -> str:
    """What an engineer types to keep one village's schema; the password is asked for, or taken from ~/.pgpass."""
    path = re.search(r"search_path=([^,\s]+)", str(url.query.get("options", "")))
    server = url.set(drivername="postgresql", password=None).difference_update_query(["options", *SECRET])
    only = [f"--schema={path[1]}"] if path else []
    return shlex.join(["pg_dump", "--format=custom", *only, "--file=gateway.dump", server.render_as_string()])

"""Bringing a database's tables to the newest revision, with Alembic. Only ``--migrate`` needs it."""

from pathlib import Path

from gateway.store import postgresql
from gateway.store.engine import connect, errors_of
from gateway.store.revisions import newer, revision_of
from gateway.store.schema import NEWEST, REVISIONS
from gateway.store.sql import StoreError

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> tuple[str | None, str]:
    """Make or upgrade the tables at ``url``, all or nothing; the revision before (None: there were none) and after.

    Nobody else may use the database meanwhile. Raises :class:`StoreError`: it cannot be reached, or its tables are of a
    newer program.
    """
    # Here and not above: dashboard_api uses this package and brings no Alembic.
    from alembic import command  # noqa: PLC0415  # see above
    from alembic.config import Config  # noqa: PLC0415  # see above
    from alembic.util import CommandError  # noqa: PLC0415  # see above

    with errors_of(url):
        engine = connect(url)
        try:
            with engine.execution_options(vsm_write=True).begin() as db:
                found = revision_of(db)
                if found is not None and found not in REVISIONS:
                    raise StoreError(newer(found))
                postgresql.make_schema(db)
                config = Config(attributes={"connection": db})
                config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
                try:
                    if found is not None:  # tables from before Alembic say their revision in another way
                        command.stamp(config, found, purge=True)
                    command.upgrade(config, "head")
                except CommandError as error:
                    raise StoreError(f"the tables cannot be upgraded: {error}") from error
        finally:
            engine.dispose()
    return found, NEWEST

"""Which revision a database's tables have, and whether this program can work with them."""

from sqlalchemy import Connection, inspect, select

from gateway.store import postgresql, schema
from gateway.store.sql import NotThere, StoreError

# Before Alembic the number lay in a table of our own; every database of that time is of the first revision.
_FORMER = "schema_version"


def revision_of(db: Connection) -> str | None:
    """The revision of the tables; None without tables."""
    tables, place = inspect(db), postgresql.schema(db)
    if tables.has_table(schema.revision.name, schema=place):
        return db.execute(select(schema.revision.c.version_num)).scalar()
    return schema.REVISIONS[0] if tables.has_table(_FORMER, schema=place) else None


def check(db: Connection, create: bool = False) -> None:
    """Raise :class:`StoreError` unless the tables are of this program's revision; with ``create`` an empty database
    gets them."""
    found = revision_of(db)
    if found is None and not create:
        raise NotThere("has no tables yet; start the gateway first")
    if found is None:
        postgresql.make_schema(db)
        schema.metadata.create_all(db, checkfirst=False)
        schema.revision.create(db)
        db.execute(schema.revision.insert(), {"version_num": schema.NEWEST})
    elif found in schema.REVISIONS[:-1]:
        raise StoreError(
            f"its tables are of revision {found}, this program needs {schema.NEWEST}; make a backup, stop gateway and "
            "page, and run: python -m gateway --config FILE --migrate"
        )
    elif found != schema.NEWEST:
        raise StoreError(newer(found))


def newer(found: str) -> str:
    """What to say of a database that a newer program made."""
    return (
        f"its tables are of revision {found}, this program knows up to {schema.NEWEST}; install the newer program, "
        "or restore the backup that was made before the upgrade"
    )

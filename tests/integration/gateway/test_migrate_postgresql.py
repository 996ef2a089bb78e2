"""The tables' revisions on PostgreSQL: from each of them, rows and all, to what is made afresh."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from gateway import store as store_package
from gateway.store import Batch, FaultOpen, StoreError, migrate, open_store, schema
from gateway.store.engine import connect
from gateway.store.postgresql import make_schema
from gateway.store.snapshot import dump_command
from tests.databases import Stranger
from tests.servers import Postgres

NOW = 1_790_000_000_000
FAULT = (
    "INSERT INTO faults (id, asset, asset_kind, junction, code, root, severity, opened_ms, learnt_ms, latched, "
    "acknowledged_by, measured_dead, reopened, version) "
    "VALUES ('F-2025-0001', 'light-01', 'warning_light', 'j-01', 'dark', '', 2, 1, 1, false, 'li', false, 0, 1)"
)


@pytest.fixture
def at(postgres: Postgres) -> Callable[[str], str]:
    """The URL of a schema whose tables are of one revision, made by its own migrations."""

    def made(revision: str) -> str:
        url = postgres.url(f"of-{revision}")
        postgres.ask(f'DROP SCHEMA IF EXISTS "of-{revision}" CASCADE')
        engine = connect(url)
        with engine.begin() as db:
            make_schema(db)
            config = Config(attributes={"connection": db})
            config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
            command.upgrade(config, revision)
        engine.dispose()
        return url

    return made


def differences(url: str) -> list[object]:
    engine = connect(url)
    with engine.connect() as db:
        found = compare_metadata(MigrationContext.configure(db, opts={"compare_type": True}), schema.metadata)
    engine.dispose()
    return list(found)


def columns(url: str) -> list[tuple[object, ...]]:
    """Every column, key and index, as the server describes them."""
    query = (
        "SELECT table_name, column_name, data_type, is_nullable, NULL FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name <> 'alembic_version' "
        "UNION ALL SELECT tablename, indexname, NULL, NULL, replace(indexdef, quote_ident(schemaname) || '.', '') "
        "FROM pg_indexes WHERE schemaname = current_schema() AND tablename <> 'alembic_version' ORDER BY 1, 2"
    )
    return Stranger(url).asks(query)


@pytest.mark.parametrize("revision", schema.REVISIONS[:-1])
def test_each_revision_becomes_the_newest_and_keeps_its_rows(
    revision: str, at: Callable[[str], str], postgres: Postgres
) -> None:
    url = at(revision)
    ordered = FAULT.replace("version)", "version, order_state)").replace(" 1)", " 1, 'acked')")
    assert Stranger(url).does(ordered if revision >= "0004" else FAULT) == 1
    with pytest.raises(StoreError, match=f"of revision {revision}, this program needs"):
        open_store(url)
    assert migrate(url) == (revision, schema.NEWEST)
    afresh = postgres.emptied("shared")
    open_store(afresh).close()
    assert (differences(url), columns(url)) == ([], columns(afresh))
    store = open_store(url, create=False)
    store.record(Batch(NOW, faults=[FaultOpen("light-02", "warning_light", "j-01", "dark", None, 2, NOW)]))
    assert {row.asset: row.order_state for row in store.faults("open", 9)[0]}["light-01"] == "acked"
    store.close()


def test_an_empty_database_gets_its_schema_and_tables_by_the_migrations_too(postgres: Postgres) -> None:
    url = postgres.url("by-hand")
    assert migrate(url) == (None, schema.NEWEST)
    assert migrate(url) == (schema.NEWEST, schema.NEWEST)
    assert differences(url) == []
    postgres.ask('ALTER TABLE "by-hand".counters DROP COLUMN sample')
    assert len(differences(url)) == 1


def test_the_command_that_a_backup_names_keeps_the_village_and_its_dump_comes_back(
    postgres: Postgres, initdb: Path, tmp_path: Path
) -> None:
    url = postgres.url("kept")
    store = open_store(url)
    store.record(Batch(NOW, lines=["camera,device=cam-01 n=1.0 1"]))
    store.close()
    dump = shlex.split(dump_command(url))
    subprocess.run([initdb.with_name(dump[0]), *dump[1:]], cwd=tmp_path, check=True)
    postgres.ask('DROP SCHEMA "kept" CASCADE')
    back = ["--clean", "--if-exists", "--single-transaction", f"--dbname={dump[-1]}", "gateway.dump"]
    subprocess.run([initdb.with_name("pg_restore"), *back], cwd=tmp_path, check=True)
    again = open_store(url, create=False)
    assert again.next_lines(1)[1] == ["camera,device=cam-01 n=1.0 1"]
    again.close()

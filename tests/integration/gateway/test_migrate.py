"""The tables through their revisions: what is migrated is what is made afresh, and rows stay."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway import store as store_package
from gateway.faults import Fact
from gateway.main import main
from gateway.store import (
    AuditWanted,
    Batch,
    FaultFacts,
    FaultOpen,
    NewCommand,
    NodeRow,
    StoreError,
    Traffic,
    migrate,
    open_store,
    schema,
)
from gateway.store.engine import connect

NOW = 1_790_000_000_000
# The tables of the first revision, as its program made them, with one row in some.
OLD = Path(__file__).with_name("first_revision.sql")
# The same of the third, with a fault of every sort: waiting, taken, over, a cause and its part, latched.
THIRD = Path(__file__).with_name("third_revision.sql")
# The fourth, with telemetry that waits and lines that are parked.
FOURTH = Path(__file__).with_name("fourth_revision.sql")
# The fifth, with somebody who is signed in by a browser and by a program, and a link that nobody has used yet.
FIFTH = Path(__file__).with_name("fifth_revision.sql")
# The sixth, with what two people did, and with a node of which nobody has counted any bytes.
SIXTH = Path(__file__).with_name("sixth_revision.sql")
# The seventh, with a camera that looks elsewhere, a photo, and somebody who came to see.
SEVENTH = Path(__file__).with_name("seventh_revision.sql")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gateway.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def old(file: Path, url: str) -> str:
    with closing(sqlite3.connect(file)) as db:
        db.executescript(OLD.read_text(encoding="utf-8"))
    return url


@pytest.fixture
def second(old: str, file: Path) -> str:
    """A database of 0002, its rows those of the first."""
    with closing(sqlite3.connect(file)) as db:
        db.executescript(
            "DROP TABLE schema_version; CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY NOT NULL);"
            "INSERT INTO alembic_version VALUES ('0002');"
        )
    return old


@pytest.fixture
def third(file: Path, url: str) -> str:
    with closing(sqlite3.connect(file)) as db:
        db.executescript(THIRD.read_text(encoding="utf-8"))
    return url


@pytest.fixture
def fourth(file: Path, url: str) -> str:
    with closing(sqlite3.connect(file)) as db:
        db.executescript(FOURTH.read_text(encoding="utf-8"))
    return url


@pytest.fixture
def fifth(file: Path, url: str) -> str:
    with closing(sqlite3.connect(file)) as db:
        db.executescript(FIFTH.read_text(encoding="utf-8"))
    return url


@pytest.fixture
def sixth(file: Path, url: str) -> str:
    with closing(sqlite3.connect(file)) as db:
        db.executescript(SIXTH.read_text(encoding="utf-8"))
    return url


@pytest.fixture
def seventh(file: Path, url: str) -> str:
    with closing(sqlite3.connect(file)) as db:
        db.executescript(SEVENTH.read_text(encoding="utf-8"))
    return url


def _tables(file: Path) -> list[str]:
    """Every statement that made the database, spaces and quotes levelled."""
    with closing(sqlite3.connect(file)) as db:
        made = db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name").fetchall()
    return [" ".join(sql.replace('"', "").split()) for (sql,) in made if "alembic_version" not in sql]


def _differences(url: str) -> list[object]:
    engine = connect(url)
    with engine.connect() as db:
        found = compare_metadata(MigrationContext.configure(db, opts={"compare_type": True}), schema.metadata)
    engine.dispose()
    return list(found)


def test_the_list_of_revisions_is_that_of_the_scripts() -> None:
    scripts = ScriptDirectory(str(Path(store_package.__file__).parent / "migrations"))
    assert tuple(step.revision for step in reversed(list(scripts.walk_revisions()))) == schema.REVISIONS


@pytest.mark.parametrize("start", ["old", "second", "third", "fourth", "fifth", "sixth", "seventh", "empty"])
def test_migrated_tables_are_those_made_afresh(
    start: str, file: Path, url: str, request: pytest.FixtureRequest
) -> None:
    if start != "empty":
        request.getfixturevalue(start)
    migrate(url)
    assert not _differences(url)
    afresh = file.with_name("afresh.db")
    open_store(f"sqlite:///{afresh}").close()
    assert _tables(file) == _tables(afresh)


def test_a_table_that_a_revision_forgot_is_noticed(url: str, file: Path) -> None:
    migrate(url)
    with closing(sqlite3.connect(file)) as db:
        db.execute("DROP TABLE counters")
    assert _differences(url)


def test_an_old_database_is_refused_with_the_command_then_upgraded_with_its_rows(old: str) -> None:
    with pytest.raises(StoreError, match=r"of revision 0001, this program needs 0008.*--migrate"):
        open_store(old)
    assert migrate(old) == ("0001", "0008")
    store = open_store(old, create=False)
    assert store.order()[0] == [NodeRow("n-01", "1" * 16, 1)]
    assert [fault.id for fault in store.faults("open", 10)[0]] == ["F-2026-0001"]
    store.record(Batch(NOW, faults=[FaultOpen("light-02", "warning_light", "j-01", "dark", None, 2, NOW)]))
    assert len(store.faults("open", 10)[0]) == 2
    store.close()


def test_faults_of_the_second_revision_keep_all_but_have_no_reasons_yet(second: str, file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        before = db.execute("SELECT * FROM faults").fetchall()
    assert migrate(second) == ("0002", "0008")
    with closing(sqlite3.connect(file)) as db:
        assert (
            db.execute("SELECT * FROM faults").fetchall() == [(*row, None, "open", None, None) for row in before] != []
        )
    store = open_store(second, create=False)
    assert [move.move for move in store.fault_moves("F-2026-0001")] == ["opened"]
    store.record(Batch(NOW, faults=[FaultFacts(before[0][1], before[0][4], None, (Fact("x", {"n": 1}),))]))
    assert [fault.facts for fault in store.faults("open", 10)[0]] == [(Fact("x", {"n": 1}),)]
    store.close()


def test_work_orders_of_the_third_revision_stand_where_their_faults_do(third: str) -> None:
    assert migrate(third) == ("0003", "0008")
    store = open_store(third, create=False)
    states = {fault.asset: fault.order_state for fault in store.faults("all", 10)[0]}
    assert states == {
        "light-01": "open",
        "cam-01": "acked",
        "cam-02": "closed",
        "j-02": "open",
        "n-02": "closed",
        "cp-01.1": "acked",
    }
    assert {fault.asset for fault in store.orders("listed", 10)[0]} == {"light-01", "cam-01", "j-02", "cp-01.1"}
    moves = [(move.move, move.by, move.comment, move.place) for move in store.fault_moves("F-2026-0002")]
    assert moves == [("opened", None, None, None), ("acknowledged", "maintenance-1", "on my way", None)]
    assert [message.fault for message in store.messages()] == ["F-2026-0001"]
    assert store.verify_audit() is None
    store.close()


def test_telemetry_of_the_fourth_revision_still_waits_and_parked_lines_keep_their_numbers(
    fourth: str, file: Path
) -> None:
    assert migrate(fourth) == ("0004", "0008")
    store = open_store(fourth, create=False)
    assert (store.waiting_points(), [parked.id for parked in store.parked()]) == (3, [2, 1])
    store.close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("DELETE FROM parked_lines")
        db.execute("INSERT INTO parked_lines (line, reason, parked_ms) VALUES ('x', 'y', 1)")
        assert db.execute("SELECT id FROM parked_lines").fetchall() == [(3,)]


def test_who_was_signed_in_in_the_fifth_revision_still_is_and_sees_the_whole_village(fifth: str) -> None:
    assert migrate(fifth) == ("0005", "0008")
    store = open_store(fifth, create=False)
    (account,) = store.accounts()
    assert (account.name, account.areas, account.has_password, account.ended_ms) == (
        "maintenance-1",
        ("*",),
        False,
        None,
    )
    assert {session.kind for session in store.sessions_of(account.id, NOW)} == {"bearer", "cookie"}
    for token in "34":
        session = store.session(token * 64, NOW)
        assert session is not None
        assert (session.account, session.role, session.areas, session.scope) == (
            account,
            "maintenance",
            ("*",),
            "write",
        )
    invite = store.invite("2" * 64, NOW)
    assert invite is not None
    assert (invite.role, invite.kind, invite.areas, invite.account) == ("police", "invite", ("*",), None)
    store.close()


def test_the_audit_log_of_the_sixth_revision_stays_and_is_found_by_its_subject(sixth: str, file: Path) -> None:
    assert migrate(sixth) == ("0006", "0008")
    store = open_store(sixth, create=False)
    assert (
        store.verify_audit(),
        [row.action for row in store.audit(wanted=AuditWanted(subjects=("F-2026-0001",)))],
    ) == (
        None,
        ["acknowledged", "fixed"],
    )
    assert store.machine() is None
    assert [(facts.node, facts.traffic, facts.born) for facts in store.node_facts()] == [("n-01", Traffic(), None)]
    store.close()
    with closing(sqlite3.connect(file)) as db:
        plan = db.execute("EXPLAIN QUERY PLAN SELECT id FROM audit WHERE subject = 'x' AND id > 3").fetchall()
    assert "audit_of_subject (subject=? AND id>?)" in str(plan)


def test_a_camera_of_the_seventh_revision_can_be_told_that_its_view_is_right(seventh: str) -> None:
    assert migrate(seventh) == ("0007", "0008")
    store = open_store(seventh, create=False)
    assert (store.commands(), [fault.code for fault in store.faults("open", 10)[0]]) == ([], ["moved"])
    photo = store.photo(1)
    assert photo is not None
    assert photo.type == "image/jpeg"
    new = NewCommand("1" * 16, "n-01", "cam-01", "accept_new_view", {}, "li", "maintenance", NOW, NOW + 1)
    assert store.add_command(new) == 1
    assert (store.verify_audit(), [row.action for row in store.audit()]) == (None, ["arrived", "command asked"])
    store.close()


def test_a_second_fault_of_the_same_key_is_still_refused(second: str, file: Path) -> None:
    migrate(second)
    with closing(sqlite3.connect(file)) as db, pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        db.execute(
            "INSERT INTO faults SELECT 'F-2026-0009' AS id, asset, asset_kind, junction, code, root, severity, "
            "opened_ms, learnt_ms, NULL, NULL, 0, NULL, NULL, 0, 0, 1, NULL, 'open', NULL, NULL FROM faults LIMIT 1"
        )


def test_a_second_upgrade_changes_nothing(old: str, file: Path) -> None:
    migrate(old)
    before = _tables(file)
    assert migrate(old) == ("0008", "0008")
    assert _tables(file) == before


def test_a_newer_database_is_refused_by_both(url: str, file: Path) -> None:
    open_store(url).close()
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    for attempt in (open_store, migrate):
        with pytest.raises(StoreError, match="of revision 9999, this program knows up to"):
            attempt(url)


def test_an_upgrade_that_fails_leaves_the_old_database(old: str, file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE alembic_version (version_num, CHECK (version_num <> '0008'))")
        db.execute("INSERT INTO alembic_version VALUES ('0001')")
    before = _tables(file)
    with pytest.raises(StoreError):
        migrate(old)
    assert _tables(file) == before


def test_the_command_says_what_it_did(root: Path, tmp_path: Path, old: str, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "gateway.yaml"
    inventory = root / "firmware_config" / "villages" / "three-junctions.yaml"
    config.write_text(f"inventory: {inventory}\ndatabase: {old}\n", encoding="utf-8")
    for words in ("was of revision 0001", "nothing to do"):
        assert main(["--config", str(config), "--migrate"]) == 0
        assert words in capsys.readouterr().out

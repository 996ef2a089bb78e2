"""What is PostgreSQL's own: where a village's tables are, whose turn it is to write, and what a reader sees."""

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy.engine import make_url

from gateway.store import Bad, Batch, LiveRow, NodeRow, Store, StoreError, changes, open_store, postgresql
from gateway.store.engine import connect
from gateway.store.postgresql import dump_command
from gateway.store.sql import transaction
from tests.servers import Postgres, free_port

CAM = LiveRow("cam", "camera", "j-01", "n-01")


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.emptied("shared")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


def test_each_village_has_a_schema_of_its_own(postgres: Postgres) -> None:
    for village in ("v-01", "v-02", "v-03,v-01"):
        store = open_store(postgres.url(village))
        store.record(Batch(1, version=7, nodes=[NodeRow(village[:4], "1" * 16)]))
        assert store.order()[0] == [NodeRow(village[:4], "1" * 16, 7)]
        store.close()
    found = postgres.ask("SELECT schemaname FROM pg_tables WHERE tablename = 'nodes' ORDER BY 1")
    assert {("v-01",), ("v-02",), ("v-03",)} <= set(found)


def test_two_that_make_the_same_tables_at_once_make_them_once(postgres: Postgres) -> None:
    postgres.ask("DROP SCHEMA IF EXISTS twins CASCADE")
    made: list[Store] = []
    threads = [threading.Thread(target=lambda: made.append(open_store(postgres.url("twins")))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.order() for store in made] == [([], [])] * 3
    for store in made:
        store.close()


def second_writer_while_the_first_has_drawn_a_number(first: Store, second: Store) -> list[int]:
    """The numbers that a browser sees meanwhile."""
    with transaction(first._write) as db:
        changes.append(db, [CAM], [], [], 1)
        thread = threading.Thread(target=second.record, args=(Batch(1, live=[CAM]),))
        thread.start()
        thread.join(1)
        seen = [change.seq for change in second.changes_after(0, 9)]
    thread.join()
    return seen


def test_who_asks_what_came_after_never_misses_a_number_that_comes_late(store: Store) -> None:
    assert second_writer_while_the_first_has_drawn_a_number(store, store) == []
    assert [change.seq for change in store.changes_after(0, 9)] == [1, 2]


def test_without_the_turn_of_writers_one_would_be_missed(store: Store, url: str) -> None:
    freely = open_store(url)
    freely._write = freely._write.execution_options(vsm_write=False)
    assert second_writer_while_the_first_has_drawn_a_number(store, freely) == [2]
    freely.close()


def test_a_reader_sees_one_moment(store: Store) -> None:
    store.record(Batch(1, lines=["a"]))
    with transaction(store._read) as db:
        before = changes.newest(db)
        store.record(Batch(1, live=[CAM]))
        assert changes.newest(db) == before == 0
    assert store.newest_change() == 1


def test_a_reader_changes_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match="read-only"), transaction(store._read) as db:
        changes.append(db, [CAM], [], [], 1)


def test_a_text_with_a_nul_is_kept_without_it(store: Store) -> None:
    store.record(
        Batch(1, bad=[Bad("malformed", "n-01", 1, "a\0b")], live=[LiveRow("cam", "camera", "j", "n", word="\0")])
    )
    assert (store.counters()[0].sample, store.devices()[0].word) == ("a\ufffdb", "\ufffd")


def stands_still(stuck: Store, other: Store) -> None:
    with transaction(stuck._write) as db:
        changes.append(db, [CAM], [], [], 1)
        other.record(Batch(1, lines=["b"]))  # returns as soon as it is its turn
        changes.append(db, [CAM], [], [], 1)


def test_a_writer_that_stands_still_is_put_out_and_the_others_go_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgresql.SESSION, "lock_timeout", "60s")
    with monkeypatch.context() as patch:
        patch.setitem(postgresql.SESSION, "idle_in_transaction_session_timeout", "3s")
        stuck = open_store(url)  # its one connection stays
    other = open_store(url)
    with pytest.raises(StoreError):
        stands_still(stuck, other)
    assert (other.newest_change(), other.waiting_points()) == (0, 1)
    for store in (stuck, other):
        store.close()


def test_who_waits_too_long_for_its_turn_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgresql.SESSION, "lock_timeout", "200ms")
    store = open_store(url)
    with transaction(store._write), pytest.raises(StoreError, match="lock timeout"):
        store.record(Batch(1, lines=["a"]))
    store.close()


def test_an_acknowledged_commit_is_on_the_disk_whatever_the_server_s_default(postgres: Postgres) -> None:
    postgres.ask("ALTER DATABASE vsm SET synchronous_commit = off")
    try:
        engine = connect(postgres.url())
        with engine.connect() as db:
            assert db.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        engine.dispose()
    finally:
        postgres.ask("ALTER DATABASE vsm RESET synchronous_commit")


@pytest.mark.parametrize("name", ["password", "sslpassword"])
def test_a_password_in_the_url_s_query_is_not_shown(name: str) -> None:
    url = f"postgresql+psycopg://vsm@127.0.0.1:{free_port()}/vsm?{name}=geheim"
    with pytest.raises(StoreError, match="refused") as caught:
        open_store(url)
    assert "geheim" not in str(caught.value)
    assert "geheim" not in dump_command(make_url(url))


@pytest.mark.parametrize(
    "url", ["nonsense", "postgresql+psycopg://vsm:ge@heim:hier/vsm", "postgresql+psycopg://vsm:geheim"]
)
def test_what_is_no_url_is_said_without_showing_it(url: str) -> None:
    with pytest.raises(StoreError, match=r"not a database URL.*%40") as caught:
        open_store(url)
    assert "heim" not in str(caught.value)


@pytest.mark.parametrize(("database", "said"), [("nothing", 'database "nothing" does not exist'), ("vsm", "refused")])
def test_what_cannot_be_reached_is_named_without_its_password(postgres: Postgres, database: str, said: str) -> None:
    port = postgres.port if database == "nothing" else free_port()
    with pytest.raises(StoreError, match=said) as caught:
        open_store(f"postgresql+psycopg://vsm:secret@127.0.0.1:{port}/{database}")
    assert "secret" not in str(caught.value)
    with suppress(StoreError):
        open_store(postgres.url("nowhere"), create=False)
    assert not postgres.ask("SELECT 1 FROM pg_namespace WHERE nspname = 'nowhere'")

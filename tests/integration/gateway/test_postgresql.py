"""What is PostgreSQL's own: where the tables of a village are."""

from gateway.store import Batch, NodeRow, open_store
from tests.servers import Postgres


def test_each_village_has_a_schema_of_its_own(postgres: Postgres) -> None:
    for village in ("v-01", "v-02", "v-03,v-01"):
        store = open_store(postgres.url(village))
        store.record(Batch(1, nodes=[NodeRow(village[:4], "1" * 16)]))
        assert store.order()[0] == [NodeRow(village[:4], "1" * 16, 1)]
        store.close()
    found = postgres.ask("SELECT schemaname FROM pg_tables WHERE tablename = 'nodes' ORDER BY 1")
    assert {("v-01",), ("v-02",), ("v-03",)} <= set(found)

"""The gateway's own figures, kept each minute for its pages."""

from pathlib import Path

import pytest

from contracts.inventory import Village
from gateway.backup.main import main as backup
from gateway.chores import Chores
from gateway.faults.village.own import Silent, Vitals
from gateway.machine import ATTEMPT, Itself, attempt, note_attempt
from gateway.settings import GatewaySettings
from gateway.store import Batch, Machine, Store, open_store

NOW = 1_795_000_000_000


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    (tmp_path / "backups").mkdir()
    return GatewaySettings(
        inventory=tmp_path / "inventory.yaml",
        database=f"sqlite:///{tmp_path / 'gateway.db'}",
        embedded_telemetry=tmp_path / "telemetry.db",
        backups=tmp_path / "backups",
    )


def kept(settings: GatewaySettings, store: Store, village: Village, now_ms: int = NOW) -> Machine:
    """After one minute's chores."""
    chores = Chores(settings, village, store, lambda: now_ms, lambda: (Silent("paper", 5),))
    itself = Itself(settings, store, NOW - 1000, "a telemetry store")
    itself.link, itself.away = lambda: (False, NOW - 9000), lambda: NOW - 7000
    chores.look, chores.doubt = itself.look, lambda: "an hour too fast"
    chores.once(hourly=False)
    found = store.machine()
    assert found is not None
    return found


def test_each_minute_what_is_judged_and_what_is_behind_it_is_kept(
    settings: GatewaySettings, store: Store, village: Village
) -> None:
    store.record(Batch(NOW, lines=["camera,device=cam-01 n=1 1700000000000000000\ncamera,device=cam-01 n=2 1"]))
    found = kept(settings, store, village)
    vitals = found.vitals
    assert (vitals.at_ms, vitals.broker_lost_ms, vitals.waiting, vitals.synchronised) == (NOW, NOW - 9000, 1, False)
    assert (vitals.channels, found.doubt, found.telemetry_away_ms) == (
        (Silent("paper", 5),),
        "an hour too fast",
        NOW - 7000,
    )
    assert (found.link_ms, found.started_ms, found.telemetry) == (NOW - 9000, NOW - 1000, "a telemetry store")
    assert found.database.startswith(("SQLite 3", "PostgreSQL "))
    assert store.oldest_point_ms() == 1_700_000_000_000


def test_there_is_one_row_however_long_it_runs(settings: GatewaySettings, store: Store, village: Village) -> None:
    for minute in range(3):
        found = kept(settings, store, village, NOW + minute * 60_000)
    assert found.vitals.at_ms == NOW + 120_000


def test_what_another_version_wrote_is_as_if_nothing_were_known(store: Store) -> None:
    assert store.machine() is None
    store.keep_machine(Machine(Vitals(NOW), NOW, "1", "3.11", "b:1883", tls=False, database=7))  # type: ignore[arg-type]  # as another version might
    assert store.machine() is None


def test_the_newest_archive_and_how_the_newest_backup_went(
    settings: GatewaySettings, store: Store, village: Village
) -> None:
    found = kept(settings, store, village)
    assert (found.backups, found.archive, found.attempt) == (True, None, None)
    folder = settings.backups
    assert folder is not None
    (folder / "vsm-20261125T000000Z.tar.gz").write_bytes(b"x" * 20)
    note_attempt(folder, NOW - 5, "disk full")
    found = kept(settings, store, village)
    assert found.archive is not None
    assert (found.archive.name, found.archive.size, found.archive.number) == ("vsm-20261125T000000Z.tar.gz", 20, 1)
    assert found.attempt is not None
    assert (found.attempt.at_ms, found.attempt.reason) == (NOW - 5, "disk full")
    (folder / ATTEMPT).write_bytes(b"{")
    assert attempt(folder) is None


def test_a_backup_leaves_word_of_how_it_went(tmp_path: Path, root: Path) -> None:
    folder, config = tmp_path / "kept", tmp_path / "etc" / "gateway.yaml"
    folder.mkdir()
    config.parent.mkdir()
    inventory = root / "firmware_config" / "villages" / "three-junctions.yaml"
    config.write_text(f"inventory: {inventory}\ndatabase: sqlite:///../gateway.db\n", encoding="utf-8")
    assert backup(["backup", "--config", str(config), "--into", str(folder)]) == 1
    failed = attempt(folder)
    assert failed is not None
    assert "is not there" in failed.reason
    open_store(f"sqlite:///{tmp_path / 'gateway.db'}").close()
    assert backup(["backup", "--config", str(config), "--into", str(folder)]) == 0
    made = attempt(folder)
    assert made is not None
    assert (made.reason, made.at_ms >= failed.at_ms) == ("", True)

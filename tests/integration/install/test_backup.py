"""Backups on real files: made while the gateway writes, complete when put back, refused when a byte is wrong."""

import gzip
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.main import main
from gateway.store import open_store, schema
from gateway.telemetry import Embedded
from gateway.telemetry.base import Sample
from tests.integration.install.conftest import NOW, batch

Backup = Callable[[], Path]


def put_back(file: Path, root: Path) -> int:
    return main(["restore", str(file), "--root", str(root)])


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode) for path in found}


def test_what_is_put_back_is_what_was_there(backup: Backup, config: Path, tmp_path: Path) -> None:
    file, root = backup(), tmp_path / "second"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert put_back(file, root) == 0
    etc = config.parents[1]
    assert everything(root / etc.relative_to("/")) == everything(etc)
    store = open_store(f"sqlite:///{root}{tmp_path}/state/gateway.db", create=False)
    assert ([row.n for row in store.journal()], len(store.faults("open", 10)[0])) == ([1], 1)
    store.close()


def test_a_backup_of_a_gateway_that_writes_holds_one_moment(backup: Backup, tmp_path: Path) -> None:
    store, stop = open_store(f"sqlite:///{tmp_path}/state/gateway.db"), threading.Event()
    written: list[int] = []

    def write() -> None:
        for n in range(2, 10_000):
            if stop.is_set():
                return
            store.record(batch(n))
            written.append(n)

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 5:
        stop.wait(0.01)
    file = backup()
    stop.set()
    writer.join()
    store.close()
    assert put_back(file, tmp_path / "second") == 0
    copy = open_store(f"sqlite:///{tmp_path}/second{tmp_path}/state/gateway.db", create=False)
    records, faults = [row.n for row in copy.journal()], copy.faults("open", 20_000)[0]
    copy.close()
    assert records == list(range(1, len(records) + 1))
    assert 6 <= len(records) == len(faults)


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_flipped_byte_is_refused_and_nothing_is_written(
    backup: Backup, tmp_path: Path, where: float, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backup()
    content = bytearray(file.read_bytes())
    content[int(len(content) * where)] ^= 0x10
    file.write_bytes(content)
    assert put_back(file, tmp_path / "second") == 1
    assert "damaged" in capsys.readouterr().err
    assert not (tmp_path / "second").exists()


def test_a_file_altered_with_care_is_refused_too(
    backup: Backup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backup()
    plain = gzip.decompress(file.read_bytes())
    assert b"listener 8883" in plain
    file.write_bytes(gzip.compress(plain.replace(b"listener 8883", b"listener 1883")))
    assert put_back(file, tmp_path / "second") == 1
    assert "mosquitto.conf in it is damaged" in capsys.readouterr().err


def test_half_an_archive_is_refused(backup: Backup, tmp_path: Path) -> None:
    file = backup()
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert put_back(file, tmp_path / "second") == 1
    assert not (tmp_path / "second").exists()


def test_a_gateway_that_runs_is_not_overwritten(
    backup: Backup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, store = backup(), open_store(f"sqlite:///{tmp_path}/state/gateway.db")
    store.record(batch(2))
    assert put_back(file, Path("/")) == 1
    assert "is in use; first: systemctl stop" in capsys.readouterr().err
    assert [row.n for row in store.journal()] == [1, 2]
    store.close()
    assert not list(tmp_path.rglob("*.restoring*"))
    assert put_back(file, Path("/")) == 0
    now = open_store(f"sqlite:///{tmp_path}/state/gateway.db")
    assert [row.n for row in now.journal()] == [1]
    now.close()
    before = open_store(f"sqlite:///{tmp_path}/state/gateway.db.before-restore")
    assert [row.n for row in before.journal()] == [1, 2]
    before.close()


def test_a_backup_of_a_newer_program_is_refused(
    backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backup()
    monkeypatch.setattr("gateway.store.snapshot.REVISIONS", schema.REVISIONS[:-1])
    assert put_back(file, tmp_path / "second") == 1
    assert "install the newer program" in capsys.readouterr().err
    assert not [path for path in (tmp_path / "second").rglob("*") if path.is_file()]


def test_the_newest_are_kept(config: Path, tmp_path: Path) -> None:
    into = tmp_path / "daily"
    into.mkdir()
    for day in (1, 2, 3):
        (into / f"vsm-2026010{day}T031000Z.tar.gz").touch()
    (into / "mine.tar.gz").touch()
    for name, age_s in ((".vsm-backup-left", 100_000), (".vsm-backup-at-work", 10)):
        (into / name).mkdir()
        os.utime(into / name, (time.time() - age_s,) * 2)
    assert main(["backup", "--config", str(config), "--into", str(into), "--keep", "2"]) == 0
    names = sorted(path.name for path in into.iterdir())
    assert names[:2] == [".vsm-backup-at-work", "last-backup.json"]
    assert names[2:4] == ["mine.tar.gz", "vsm-20260103T031000Z.tar.gz"]
    assert len(names) == 5


def test_with_the_databases_beside_the_settings_each_is_in_it_once(config: Path, tmp_path: Path) -> None:
    text = config.read_text(encoding="utf-8").replace(f"{tmp_path}/state/gateway.db", "gateway.db")
    config.write_text(text, encoding="utf-8")
    store = open_store(f"sqlite:///{config.parent}/gateway.db")
    store.record(batch(1))
    roundabout = f"{config.parent}/../{config.parent.name}/{config.name}"
    for archive in (config.parent / "first.tar.gz", config.parent / "second.tar.gz"):
        assert main(["backup", "--config", roundabout, "--out", str(archive)]) == 0
        assert put_back(archive, tmp_path / archive.name) == 0
    store.close()
    assert len(list((tmp_path / "second.tar.gz").rglob("gateway.db"))) == 1


def test_a_log_left_by_a_kill_is_not_played_into_what_is_put_back(config: Path, tmp_path: Path, backup: Backup) -> None:
    _without_influxdb(config)
    place = tmp_path / "state" / "telemetry.db"
    telemetry = Embedded(place)
    telemetry.write([f"camera,device=cam-01 n=1.0 {NOW}"])
    file = backup()
    telemetry.write([f"camera,device=cam-{number:03} n=1.0 {NOW + number}" for number in range(500)])
    log = place.with_name("telemetry.db-wal").read_bytes()
    telemetry.close()
    place.with_name("telemetry.db-wal").write_bytes(log)
    assert put_back(file, Path("/")) == 0
    again = Embedded(place)
    assert (again.count("camera"), again.latest("camera", "cam-01", "n")) == (1, Sample(NOW, 1.0))
    again.close()


def test_no_database_that_was_there_is_lost_however_often_one_is_put_back(backup: Backup, tmp_path: Path) -> None:
    file = backup()
    state = tmp_path / "state"
    for _ in range(2):
        assert put_back(file, Path("/")) == 0
    assert {path.name for path in state.glob("gateway.db.*")} == {
        "gateway.db.before-restore",
        "gateway.db.before-restore.2",
    }


def _without_influxdb(config: Path) -> None:
    lines = config.read_text(encoding="utf-8").splitlines()
    start = lines.index("telemetry:")
    config.write_text("\n".join([*lines[:start], *lines[start + 4 :]]) + "\n", encoding="utf-8")


def test_the_embedded_telemetry_is_in_it_where_it_is_used(config: Path, tmp_path: Path, backup: Backup) -> None:
    _without_influxdb(config)
    telemetry = Embedded(tmp_path / "state" / "telemetry.db")
    telemetry.write([f"camera,device=cam-01 n=1.0 {NOW}"])
    assert put_back(backup(), tmp_path / "second") == 0
    telemetry.close()
    copy = Embedded(tmp_path / f"second{tmp_path}/state/telemetry.db")
    assert copy.latest("camera", "cam-01", "n") == Sample(NOW, 1.0)
    copy.close()


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("postgresql+psycopg://vsm@localhost/vsm", "pg_dump --format=custom"),
        ("sqlite:////nowhere/gateway.db", "is not there"),
    ],
)
def test_what_cannot_be_backed_up_is_said(
    config: Path, tmp_path: Path, database: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(f"sqlite:///{tmp_path}/state/gateway.db", database), encoding="utf-8")
    assert main(["backup", "--config", str(config), "--out", str(tmp_path / "b.tar.gz")]) == 1
    assert words in capsys.readouterr().err
    assert not list(tmp_path.glob("*b.tar.gz*"))

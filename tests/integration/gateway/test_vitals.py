"""The gateway's own figures, read from a real database, real certificates, a real folder and the kernel."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from contracts.settings import BrokerSettings, Tls
from gateway import vitals
from gateway.faults import Rules
from gateway.faults.village.own import Vitals, own
from gateway.settings import GatewaySettings
from gateway.store import Batch, Store, StoreError, open_store

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)
DAY_MS = 86_400_000


def certificate(file: Path, ends: datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - timedelta(days=1)).not_valid_after(ends)
    file.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    (tmp_path / "backups").mkdir()
    tls = Tls(
        ca=certificate(tmp_path / "ca.crt", NOW + timedelta(days=3000)),
        cert=certificate(tmp_path / "gateway.crt", NOW + timedelta(days=59)),
        key=tmp_path / "gateway.key",
    )
    return GatewaySettings(
        inventory=tmp_path / "inventory.yaml",
        database=f"sqlite:///{tmp_path / 'gateway.db'}",
        broker=BrokerSettings(tls=tls),
        embedded_telemetry=tmp_path / "telemetry.db",
        backups=tmp_path / "backups",
    )


@pytest.fixture
def store(settings: GatewaySettings) -> Iterator[Store]:
    opened = open_store(settings.database)
    yield opened
    opened.close()


def read(settings: GatewaySettings, store: Store, broker_lost_ms: int = 0) -> Vitals:
    return vitals.read(settings, store, NOW_MS, broker_lost_ms, clock=lambda: (True, 0.5))


def archive(settings: GatewaySettings, age: timedelta) -> None:
    assert settings.backups
    file = settings.backups / f"vsm-{age.days}.tar.gz"
    file.touch()
    made = (NOW - age).timestamp()
    os.utime(file, (made, made))


def test_a_certificate_that_ends_in_59_days_is_found(settings: GatewaySettings, store: Store) -> None:
    seen = read(settings, store)
    assert seen.certificates is not None
    assert [(one.name, (one.ends_ms - NOW_MS) // DAY_MS) for one in seen.certificates] == [
        ("gateway", 59),
        ("authority", 3000),
    ]
    assert "certificate_ends" in [finding.code for finding in own(seen, Rules())]


def test_the_newest_archive_counts(settings: GatewaySettings, store: Store) -> None:
    archive(settings, timedelta(days=9))
    archive(settings, timedelta(days=1))
    assert read(settings, store).backup_ms == NOW_MS - DAY_MS


def test_without_an_archive_the_folder_says_since_when_there_could_be_one(
    settings: GatewaySettings, store: Store
) -> None:
    assert settings.backups
    os.utime(settings.backups, (NOW.timestamp() - 3 * 86_400,) * 2)
    assert [finding.code for finding in own(read(settings, store), Rules()) if finding.code == "backup_old"]


def test_points_that_wait_are_counted(settings: GatewaySettings, store: Store) -> None:
    store.record(Batch(at_ms=NOW_MS, lines=["camera n=1.0 1", "camera n=2.0 2"]))
    assert read(settings, store).waiting == 2


def test_the_disk_of_the_database_is_measured(settings: GatewaySettings, store: Store, tmp_path: Path) -> None:
    seen, disk = read(settings, store), os.statvfs(tmp_path)
    assert seen.disk_size == disk.f_blocks * disk.f_frsize
    assert seen.disk_free is not None
    assert 0 < seen.disk_free < seen.disk_size


def test_what_cannot_be_read_is_unknown_and_stops_nothing(settings: GatewaySettings, tmp_path: Path) -> None:
    class Broken:
        def waiting_points(self) -> int:
            raise StoreError("database is locked")

    (tmp_path / "ca.crt").write_text("no certificate", encoding="ascii")
    gone = settings.model_copy(
        update={"database": f"sqlite:///{tmp_path / 'none' / 'x.db'}", "backups": tmp_path / "nobody"}
    )
    assert vitals.read(gone, Broken(), NOW_MS, clock=lambda: None) == Vitals(NOW_MS)


def test_the_kernel_says_how_its_clock_is_kept() -> None:
    said = vitals.kernel_clock()
    if said is None:
        pytest.skip("this kernel does not let a container ask")
    kept, off_ms = said
    assert kept in {True, False}
    assert off_ms >= 0


def test_the_gateways_broker_is_the_loops_to_say(settings: GatewaySettings, store: Store) -> None:
    assert read(settings, store, NOW_MS - 5000).broker_lost_ms == NOW_MS - 5000
    assert vitals.read(settings, store, NOW_MS).broker_lost_ms is None

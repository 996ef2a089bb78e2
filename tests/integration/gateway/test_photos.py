"""Photos of work orders: what is kept, as it is, and for how long."""

from pathlib import Path

import pytest

from contracts.inventory import Village
from gateway.chores import Chores
from gateway.settings import GatewaySettings
from gateway.store import Batch, FaultAcknowledge, FaultOpen, Store
from gateway.store.photos import LARGEST

NOW = 1_790_000_000_000
DAY = 86_400_000
FAULT = "F-2026-0001"
JPEG = b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00GPS 30.51N 120.48E"
PNG = b"\x89PNG\r\n\x1a\n and more"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "


@pytest.mark.parametrize(("body", "type_"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp")])
def test_a_picture_is_kept_byte_for_byte(store: Store, body: bytes, type_: str) -> None:
    number = store.add_photo(FAULT, NOW, "maintenance-1", body)
    row = store.photo(number)
    assert row is not None
    assert (row.fault, row.at_ms, row.by, row.type, row.body) == (FAULT, NOW, "maintenance-1", type_, body)


@pytest.mark.parametrize("body", [b"", b"GIF89a", b"<svg/>", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(store: Store, body: bytes) -> None:
    with pytest.raises(ValueError, match="no JPEG, PNG or WebP"):
        store.add_photo(FAULT, NOW, "maintenance-1", body)


def test_two_megabytes_are_kept_and_a_byte_more_is_not(store: Store) -> None:
    whole = JPEG.ljust(LARGEST, b"\0")
    assert store.add_photo(FAULT, NOW, "maintenance-1", whole)
    with pytest.raises(ValueError, match=r"2097153 bytes long; at most 2097152"):
        store.add_photo(FAULT, NOW, "maintenance-1", whole + b"\0")


def test_a_photo_of_a_refused_move_goes_and_one_that_a_move_names_stays(store: Store) -> None:
    store.record(Batch(NOW, faults=[FaultOpen("cam-01", "camera", "j-01", "frozen", None, 2, NOW)]))
    named, alone = (store.add_photo(FAULT, NOW, "li", JPEG) for _ in range(2))
    store.record(Batch(NOW, faults=[FaultAcknowledge(FAULT, "li", NOW, None, measured_dead=False, photo=named)]))
    for number in (named, alone):
        store.drop_photo(number)
    assert (store.photo(named) is not None, store.photo(alone)) == (True, None)


def test_old_photos_go_by_the_chores_and_their_moves_stay(store: Store, village: Village, tmp_path: Path) -> None:
    store.record(Batch(NOW, faults=[FaultOpen("cam-01", "camera", "j-01", "frozen", None, 2, NOW)]))
    old = [store.add_photo(FAULT, NOW, "li", JPEG) for _ in range(60)]  # more than go at once
    young = store.add_photo(FAULT, NOW + 1, "li", JPEG)
    store.record(Batch(NOW, faults=[FaultAcknowledge(FAULT, "li", NOW, None, measured_dead=False, photo=old[0])]))
    settings = GatewaySettings(
        inventory=Path("-"),
        database=f"sqlite:///{tmp_path}/gateway.db",
        embedded_telemetry=tmp_path / "t.db",
        photo_days=3,
    )
    Chores(settings, village, store, lambda: NOW + 3 * DAY + 1).once(hourly=True)
    assert [number for number in [*old, young] if store.photo(number)] == [young]
    assert store.fault_moves(FAULT)[-1].photo == old[0]

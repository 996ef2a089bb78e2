"""Cameras that have left the inventory: frozen months still know what they were called and where they stood."""

import msgspec
from msgspec import Struct

from contracts.inventory import Name, Place
from gateway.counted import Counted, of_month
from gateway.reports.month import CAMERA
from gateway.store import Store
from gateway.uptime.months import parsed


class Known(Struct, frozen=True):
    """Where a camera stands or stood. ``code``: the GB/T 28181 code of one that has left."""

    place: Place
    code: str | None = None


def left(store: Store, places: dict[str, Place]) -> dict[str, Known]:
    """Those of frozen months that are not in ``places``, as the newest month that has them knew them. A month that
    somebody changed so that it cannot be read is passed over: its proof says so. Raises StoreError.
    """
    found: dict[str, Known] = {}
    for row in sorted(store.months(), key=lambda row: (row.month, row.revision)):
        try:
            devices = of_month(parsed(row.body).devices)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        gone = {name: one for name, one in devices.items() if one.kind == CAMERA and name not in places}
        found |= {name: _known(name, one) for name, one in gone.items()}
    return found


def _known(device: str, one: Counted) -> Known:
    """Its targets are the camera, its node and its junction."""
    _, node, junction = one.targets
    name = Name(zh=one.zh, en=one.en)
    place = Place(device=device, kind=CAMERA, node=node, junction=junction, grid="", interval_s=60, name=name)
    return Known(place, one.code)

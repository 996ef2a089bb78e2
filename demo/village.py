"""The inventory a demo runs: a village's own file, with what a desk cannot have put in its place.

Nothing is copied: places, names, pins, feeders, uplinks and routing are those of the file.
"""

from pathlib import Path
from typing import Any

import firmware_config
from contracts.inventory import Village
from contracts.rawtree import DEVICES, NODES, each

SHIPPED = {
    "beigu": Path(firmware_config.__file__).parent / "villages" / "beigu.yaml",
    "three": Path(__file__).parent / "village.yaml",
}
# What a wall's map is drawn on, by the village's id.
OUTLINES = {"beigu": SHIPPED["beigu"].with_suffix(".outline.geojson")}
# Seconds. What is longer in the file is shortened to them: nobody sits at a desk for a minute's report. None of them
# is a rule, so none of them depends on --speed.
REPORT_S = 3.0
LOOK_S = 1.0
PICTURE_S = 4.0
HEARTBEAT_S = 10.0
RECORDING_S = 10.0


def find(word: str) -> Path:
    """A shipped village's file by its name, else the file of that path. Raises :class:`OSError` when it is neither."""
    found = SHIPPED.get(word, Path(word))
    if not found.is_file():
        raise OSError(f"--village {word}: is no file, and no village is shipped by that name ({', '.join(SHIPPED)})")
    return found


def on_desk(village: Village, rtsp: str) -> dict[str, Any]:
    """The village as plain data for a file. ``rtsp``: ``host:port`` at which the fakes serve every camera, by its id.

    A camera has no login, sub-stream or ONVIF here, whatever it has in truth, and its recorder is the fakes'; report
    and look times are short.
    """
    data = village.model_dump(mode="json", exclude_none=True)
    for _, node in each(data, *NODES):
        node["interval_s"] = min(node["interval_s"], REPORT_S)
    for _, device in each(data, *DEVICES):
        _put_on_desk(device, rtsp)
    return data


def _put_on_desk(device: dict[str, Any], rtsp: str) -> None:
    device["look_s"] = min(device["look_s"], LOOK_S)
    if device["kind"] == "camera":
        for word in ("login", "substream", "onvif"):
            device.pop(word, None)
        device["source"] = f"rtsp://{rtsp}/{device['id']}"
        if "recording" in device:
            playback = f"rtsp://{rtsp}/playback/{device['id']}?starttime={{start}}&endtime={{end}}"
            device["recording"] = {"playback": playback, "every_s": RECORDING_S}
        device["picture_s"] = min(device["picture_s"], PICTURE_S)
    elif device["kind"] == "charge_point":
        device["heartbeat_s"] = min(device["heartbeat_s"], HEARTBEAT_S)

from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Camera, ChargePoint, Village, load_inventory
from contracts.rawtree import DEVICES, each
from demo import village
from firmware_config import yamltext

RTSP = "127.0.0.1:8554"


def on_desk(given: Village, tmp_path: Path) -> Village:
    file = tmp_path / "village.yaml"
    file.write_text(yamltext.dump(village.on_desk(given, RTSP)), encoding="utf-8")
    return load_inventory(file)


@pytest.fixture
def desk(beigu: Village, tmp_path: Path) -> Village:
    return on_desk(beigu, tmp_path)


def cameras(of: Village) -> list[Camera]:
    return [device for _, _, node in of.nodes() for device in node.devices if isinstance(device, Camera)]


def test_beigu_stands_on_the_desk_at_full_scale(desk: Village) -> None:
    kinds = [place.kind for place in desk.places().values()]
    assert len(list(desk.nodes())) == kinds.count("camera") == kinds.count("warning_light") == 20
    assert (kinds.count("charge_point"), kinds.count("connector")) == (4, 15)


def test_every_camera_is_the_fakes_and_none_has_a_login(desk: Village) -> None:
    assert {camera.id: camera.source for camera in cameras(desk)} == {
        camera.id: f"rtsp://{RTSP}/{camera.id}" for camera in cameras(desk)
    }
    assert {camera.login for camera in cameras(desk)} == {None}


def test_a_cameras_recorder_is_the_fakes_too(three: Village, tmp_path: Path) -> None:
    data = three.model_dump(mode="json", exclude_none=True)
    for _, device in each(data, *DEVICES):
        if device["kind"] == "camera":
            device |= {"onvif": "http://10.0.0.7/x", "substream": "rtsp://10.0.0.7/2"}
            device["recording"] = {"playback": "rtsp://10.0.0.9/?a={start}&b={end}", "login": "recorder"}
    for camera in cameras(on_desk(Village.model_validate(data), tmp_path)):
        assert (camera.onvif, camera.substream) == (None, None)
        assert camera.recording
        assert camera.recording.login is None
        assert camera.recording.playback.startswith(f"rtsp://{RTSP}/playback/{camera.id}?")


def test_looks_and_reports_are_short(desk: Village) -> None:
    assert {node.interval_s for _, _, node in desk.nodes()} == {village.REPORT_S}
    assert {device.look_s for _, _, node in desk.nodes() for device in node.devices} == {village.LOOK_S}
    assert {camera.picture_s for camera in cameras(desk)} == {village.PICTURE_S}
    piles = [device for _, _, node in desk.nodes() for device in node.devices if isinstance(device, ChargePoint)]
    assert {pile.heartbeat_s for pile in piles} == {village.HEARTBEAT_S}


def test_all_the_rest_is_the_inventorys_own(beigu: Village, desk: Village) -> None:
    assert plain(desk) == plain(beigu)


def test_what_is_shorter_already_stays(three: Village, tmp_path: Path) -> None:
    assert {node.interval_s for _, _, node in on_desk(three, tmp_path).nodes()} == {2}


def test_a_name_that_is_not_shipped_is_a_file(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.touch()
    assert village.find(str(own)) == own


def test_a_name_that_is_neither_is_told_the_shipped_ones() -> None:
    with pytest.raises(OSError, match=r"--village beigo: is no file.*\(beigu, three\)"):
        village.find("beigo")


def plain(given: Village) -> Any:
    """The inventory without what a desk replaces."""
    replaced = {"source", "login", "interval_s", "look_s", "picture_s", "heartbeat_s", "recording"}

    def strip(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: strip(value) for key, value in data.items() if key not in replaced}
        return [strip(item) for item in data] if isinstance(data, list) else data

    return strip(given.model_dump(mode="json"))

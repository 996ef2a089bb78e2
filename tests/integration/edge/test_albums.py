"""Which nodes of a process have an album: those whose inventory asks for evidence, whatever lies on the card."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.inventory import Village
from edge.clock import Clock
from edge.process import Builder, Outside, Site
from edge.settings import EdgeSettings
from edge.wake import Wake

NAME = {"zh": "村", "en": "Village"}


@pytest.fixture
def wake() -> Iterator[Wake]:
    made = Wake()
    yield made
    made.close()


def village(*, evidence: bool) -> Village:
    camera = {"id": "cam-01", "kind": "camera", "driver": "opencv", "source": "usb:0"}
    node = {"id": "n-01", "devices": [{**camera, **({"evidence": True} if evidence else {})}]}
    junction = {"id": "j-01", "name": NAME, "lat": 30.5, "lon": 120.5, "nodes": [node]}
    return Village.model_validate(
        {"id": "v-01", "name": NAME, "grids": [{"id": "g-01", "name": NAME, "junctions": [junction]}]}
    )


@contextmanager
def built(folder: Path, wake: Wake, *, evidence: bool) -> Iterator[Site]:
    """The node as a process has it, none of its drivers opened."""
    clock = Clock(time.monotonic, lambda: 0, lambda: "none")
    outside = Outside(clock, wake, lambda size: "ab" * size, lambda _: None, lambda _: None)
    settings = EdgeSettings(inventory=folder / "v.yaml", data_dir=folder)
    found = village(evidence=evidence)
    site = Builder(settings, found, outside, "b0" * 8).site(next(node for _, _, node in found.nodes()))
    try:
        yield site
    finally:
        site.spool.close()


def test_where_evidence_is_asked_for_the_camera_and_the_line_share_an_album(tmp_path: Path, wake: Wake) -> None:
    with built(tmp_path, wake, evidence=True) as site:
        assert site.uplink.line.album is not None
        albums = {watch.device.id: watch.album for watch in site.node.watches}
        assert albums == {"cam-01": site.uplink.line.album, "n-01": None}


def test_by_default_there_is_none_and_what_waited_is_deleted(tmp_path: Path, wake: Wake) -> None:
    folder = tmp_path / "pictures" / "n-01"
    folder.mkdir(parents=True)
    (folder / "0000000001_cam-01_x.jpg").write_bytes(b"old")
    with built(tmp_path, wake, evidence=False) as site:
        assert site.uplink.line.album is None
        assert {watch.album for watch in site.node.watches} == {None}
    assert not folder.exists()


def test_a_card_that_takes_no_pictures_keeps_no_node_from_watching(tmp_path: Path, wake: Wake) -> None:
    (tmp_path / "pictures").write_text("in the way")
    with built(tmp_path, wake, evidence=True) as site:
        assert site.uplink.line.album is None

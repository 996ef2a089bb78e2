"""Evidence over a real Mosquitto: of a covered camera whose inventory asks for it the gateway gets before and after,
once, whoever is killed in between; of the camera beside it, on the same computer, no picture leaves.
"""

from pathlib import Path

import msgspec
import pytest

from contracts.inventory import Village
from contracts.messages import LARGEST_PICTURE, Picture
from tests.integration.commands.conftest import Street
from tests.integration.real.parts import until

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="session")
def village() -> Village:
    """Two nodes with one camera each; the first is asked for evidence."""
    name = {"zh": "村", "en": "Village"}
    nodes = []
    for number in (1, 2):
        camera = {"id": f"cam-0{number}", "kind": "camera", "driver": "opencv", "source": "usb:0", "look_s": 1}
        asked = {"evidence": True} if number == 1 else {}
        nodes.append({"id": f"n-0{number}", "interval_s": 1, "devices": [{**camera, **asked}]})
    junction = {"id": "j-01", "name": name, "lat": 30.5, "lon": 120.5, "nodes": nodes}
    return Village.model_validate(
        {"id": "v-01", "name": name, "grids": [{"id": "g-01", "name": name, "junctions": [junction]}]}
    )


def kept(street: Street) -> list[tuple[str, str, int]]:
    """Node, device and number of pictures of each finding."""
    query = (
        "select e.node, e.device, count(p.id) from evidence e left join pictures p "
        "on p.node = e.node and p.id in (e.before, e.after) group by e.number"
    )
    return street.house.rows(query)


def waiting(street: Street) -> int:
    """Pictures on the nodes' cards."""
    return len(list(Path(street.house.folder / "data" / "pictures").rglob("*.jpg")))


def named(street: Street) -> bool:
    """Whether the spool has a record that names each of them; the pictures come first."""
    folder = street.house.folder / "data"
    spool = b"".join(path.read_bytes() for path in folder.rglob("*.seg"))
    ids = [path.stem.rpartition("_")[2].encode() for path in (folder / "pictures").rglob("*.jpg")]
    return len(ids) == 2 and all(id_ in spool for id_ in ids)


def cover(street: Street) -> None:
    street.node.argv = [*(word for word in street.node.argv if word != "--covered"), "--covered"]


@pytest.fixture(autouse=True)
def clean(street: Street) -> None:
    """Nobody knows of earlier pictures, on either side."""
    street.node.stop()
    street.gateway.stop()
    for picture in Path(street.house.folder / "data" / "pictures").rglob("*.jpg"):
        picture.unlink()
    street.listener.pictures.clear()
    street.house.forget("evidence", "pictures", "counters")
    street.real_gateway()
    cover(street)


def test_before_and_after_come_once_and_of_the_camera_that_is_not_asked_nothing_leaves(street: Street) -> None:
    street.start_node()
    until(lambda: kept(street) == [("n-01", "cam-01", 2)], "both are there", 60, street.house.words)
    until(lambda: waiting(street) == 0, "the card is free of them", 30)
    street.settle()
    assert {topic for topic, _ in street.listener.pictures} == {"vsm/v1/v-01/n-01/picture"}
    sizes = [len(msgspec.json.decode(body, type=Picture).jpeg) for _, body in street.listener.pictures]
    assert len(sizes) == 2
    assert max(sizes) <= LARGEST_PICTURE
    states = dict(street.house.rows("select device, state from live where device like 'cam%'"))
    assert states == {"cam-01": "down", "cam-02": "down"}, "the other one is covered as well"
    assert not (street.house.folder / "data" / "pictures" / "n-02").exists()


def test_a_gateway_killed_between_commit_and_ack_has_each_once(street: Street) -> None:
    dying = street.other_gateway("--dies-with-a-picture")
    street.node.start()
    until(lambda: not dying.runs, "the gateway is killed", 60, street.house.words)
    assert kept(street) == [("n-01", "cam-01", 1)]
    assert waiting(street) == 2, "nobody has told the node"
    street.real_gateway()
    until(lambda: waiting(street) == 0, "the card is free of them", 90, street.house.words)
    assert kept(street) == [("n-01", "cam-01", 2)]
    assert street.house.rows("select reason from counters where reason like 'picture%'") == []


def test_a_node_killed_before_it_could_send_them_sends_them_afterwards(street: Street) -> None:
    street.gateway.stop()
    street.node.start()
    until(lambda: named(street), "they and their record are on the card", 60, street.node.last_words)
    street.node.kill()
    street.node.argv.remove("--covered")
    street.real_gateway()
    street.start_node()
    until(lambda: kept(street) == [("n-01", "cam-01", 2)], "both are there", 60, street.house.words)

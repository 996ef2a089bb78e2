from typing import Any

import pytest

from contracts.inventory import Village
from contracts.names import name_of, names, place_of

CAMERA: dict[str, Any] = {"kind": "camera", "driver": "opencv", "source": "usb:0"}


def junction(number: int, nodes: int = 1, road: str | None = None, **more: Any) -> dict[str, Any]:
    made = [
        {"id": f"n-{number}{i}", "devices": [CAMERA | {"id": f"cam-{number}{i}", "road": road}]} for i in range(nodes)
    ]
    name = {"zh": f"{number} 号路口", "en": f"Junction {number}"}
    return {"id": f"j-{number}", "name": name, "lat": 31, "lon": 119, "nodes": made, **more}


def village(*junctions: dict[str, Any]) -> Village:
    return Village.model_validate(
        {
            "id": "v-1",
            "name": {"zh": "村", "en": "The village"},
            "feeders": [{"id": "f-1", "name": {"zh": "东台区", "en": "East feeder"}}],
            "uplinks": [{"id": "u-1", "name": {"zh": "移动", "en": "Mobile"}}],
            "grids": [{"id": "g-1", "name": {"zh": "网格", "en": "Grid"}, "junctions": list(junctions)}],
        }
    )


@pytest.mark.parametrize(
    ("asset", "zh", "en"),
    [
        ("j-1", "1 号路口", "Junction 1"),
        ("n-10", "1 号路口", "Junction 1"),
        ("n-21", "2 号路口节点 n-21", "Junction 2, node n-21"),
        ("m-1", "凸面镜", "Mirror"),
        ("f-1", "东台区", "East feeder"),
        ("u-1", "移动", "Mobile"),
        ("gateway", "网关", "Gateway"),
        ("weather", "天气", "Weather"),
        ("v-1", "村", "The village"),
        ("cam-10", "cam-10", "cam-10"),
        ("gone-7", "gone-7", "gone-7"),
        ("", "-", "-"),
    ],
)
def test_whatever_a_fault_may_be_of_has_a_name(asset: str, zh: str, en: str) -> None:
    mirror = {"id": "m-1", "kind": "mirror", "name": {"zh": "凸面镜", "en": "Mirror"}}
    known = names(village(junction(1, assets=[mirror]), junction(2, nodes=2)))
    assert (name_of(known, asset).zh, name_of(known, asset).en) == (zh, en)


@pytest.mark.parametrize(
    ("junctions", "zh", "en"),
    [
        (1, "1 号路口道路", "Road at Junction 1"),
        (2, "1 号路口—2 号路口道路", "Road Junction 1 – Junction 2"),
        (3, "1 号路口等 3 个路口的道路", "Road of Junction 1 and 2 more junctions"),
    ],
)
def test_a_road_is_called_by_its_junctions(junctions: int, zh: str, en: str) -> None:
    known = names(village(*(junction(number + 1, nodes=2, road="r-1") for number in range(junctions))))
    assert (known["r-1"].zh, known["r-1"].en) == (zh, en)


def test_what_stands_at_no_junction_is_the_villages() -> None:
    made = village(junction(1))
    assert place_of(made, names(made), "").en == "The village"
    assert place_of(made, names(made), "j-1").en == "Junction 1"
    assert place_of(made, names(made), "j-gone").en == "j-gone"

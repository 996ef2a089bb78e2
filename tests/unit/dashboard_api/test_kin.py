from msgspec.structs import replace

from dashboard_api.kin import Group, causes, grouped
from gateway.store import FaultRow, FaultSpan

MINUTE = 60_000
NOW = 1_790_000_000_000


def row(number: int, asset: str, code: str = "site_dark", root: str | None = None, at: int = 0) -> FaultRow:
    return FaultRow(f"F-{number}", asset, "junction", asset, code, root, 2, NOW + at * MINUTE)


def numbers(groups: list[Group]) -> list[tuple[str, list[str]]]:
    return [(group.fault.id, [part.id for part in group.parts]) for group in groups]


FEEDER = row(3, "f-1", "feeder_down")
SITES = [row(1, "j-1", root="f-1"), row(2, "j-2", root="f-1", at=1)]


def test_parts_stand_under_their_cause() -> None:
    assert numbers(grouped([row(4, "cam-9", "dark", at=9), FEEDER, *SITES])) == [("F-4", []), ("F-3", ["F-1", "F-2"])]


def test_a_part_of_a_part_stands_under_what_is_behind_it_all() -> None:
    camera = row(4, "cam-1", "unreachable", root="j-1")
    assert numbers(grouped([FEEDER, *SITES, camera])) == [("F-3", ["F-1", "F-2", "F-4"])]


def test_a_part_whose_cause_is_not_open_stands_by_itself() -> None:
    assert numbers(grouped([row(1, "cam-1", "blur", root="weather")])) == [("F-1", [])]


def test_what_is_grave_or_latched_is_never_folded_away() -> None:
    grave, latched = replace(SITES[0], severity=1), replace(SITES[1], latched=True)
    assert {group.fault.id for group in grouped([FEEDER, grave, latched])} == {"F-1", "F-2", "F-3"}


def test_a_circle_hides_nothing() -> None:
    assert len(grouped([row(1, "a", root="b"), row(2, "b", root="a")])) == 2


def span(number: int, asset: str, code: str, begin: int, end: int | None) -> FaultSpan:
    return FaultSpan(f"F-{number}", asset, code, NOW + begin * MINUTE, None if end is None else NOW + end * MINUTE)


def test_of_several_outages_of_one_feeder_the_one_at_the_same_time_is_the_cause() -> None:
    part = replace(row(9, "j-1", root="f-1", at=60), closed_ms=NOW + 70 * MINUTE)
    spans = [span(number, "f-1", "feeder_down", at, at + 20) for number, at in ((1, 0), (2, 55), (3, 120))]
    assert causes([part], spans) == {"F-9": "F-2"}


def test_what_ends_in_grace_belongs_to_the_outage_just_before() -> None:
    part = replace(row(9, "cam-1", "unreachable", root="j-1", at=21), closed_ms=NOW + 22 * MINUTE)
    spans = [span(1, "j-1", "site_dark", 0, 20), span(2, "j-1", "site_dark", 300, None)]
    assert causes([part], spans) == {"F-9": "F-1"}


def test_a_silence_is_the_cause_and_not_what_else_the_node_has() -> None:
    part = row(9, "j-1", root="n-1")
    spans = [span(1, "n-1", "node_hot", -9, None), span(2, "n-1", "uplink_down", 0, None)]
    assert causes([part], spans) == {"F-9": "F-2"}


def test_a_camera_that_others_hang_on_is_the_cause_while_it_is_down() -> None:
    part = row(9, "wl-1", "dark", root="cam-1")
    spans = [span(1, "cam-1", "clock_off", 0, None), span(2, "cam-1", "unreachable", 0, None)]
    assert causes([part], spans) == {"F-9": "F-2"}


def test_a_fault_is_not_its_own_cause() -> None:
    assert causes([row(9, "n-1", root="n-1")], [span(9, "n-1", "site_dark", 0, None)]) == {}

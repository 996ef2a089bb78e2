import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import ALARMS, CODES, ELECTRICAL
from dashboard_api.public.ocpi import ID_MAX, short
from dashboard_api.public.paging import Asked, read
from dashboard_api.public.trouble import of_site, of_socket
from dashboard_api.published import Published
from dashboard_api.web.residents.spans import lasting
from dashboard_api.web.residents.view import HARMLESS, map_url


@pytest.mark.parametrize("code", sorted({*ELECTRICAL, *ALARMS}))
def test_every_danger_is_one_for_residents_too(code: str) -> None:
    assert of_socket(["OtherError", code]) not in HARMLESS


def test_whatever_else_is_wrong_is_only_broken() -> None:
    harmless = [code for code in CODES if of_socket([code]) in HARMLESS]
    assert {"OtherError", "ConnectorLockFailure", "WeakSignal"} < set(harmless)
    assert of_socket([]) == "fault"


def test_an_alarm_of_a_place_is_the_worst_of_its_loops() -> None:
    assert of_site(["door_open", "rcd_tripped", "smoke"]) == "smoke"
    assert of_site(["door_open", "breaker_tripped"]) is None


def test_published_moments_are_of_the_change_that_was_given_out() -> None:
    book = Published()
    assert book.since_ms("a", "AVAILABLE", 100, 500) == 100
    assert book.since_ms("a", "AVAILABLE", 300, 600) == 100
    assert book.since_ms("a", "CHARGING", 300, 700) == 700
    assert book.since_ms("b", "UNKNOWN", None, 800) == 800


@given(st.from_regex(r"\A[a-z0-9][a-z0-9._-]{0,62}\Z"), st.integers(1, 64))
def test_an_id_fits_into_ocpi_and_stays_one_of_its_own(name: str, number: int) -> None:
    one, other = short(f"{name}.{number}"), short(f"{name}.{number + 1}")
    assert len(one) <= ID_MAX
    assert one != other


def test_pages_follow_each_other_and_keep_their_filters() -> None:
    items = [{"last_updated": f"2026-11-{day:02}T06:00:00Z", "id": day} for day in range(1, 11)]
    page = read(Asked(limit="3", offset="2", date_from="2026-11-03T06:00:00Z"))
    found, total, more = page.of(items)
    assert [item["id"] for item in found] == [5, 6, 7]
    assert (total, more) == (8, "date_from=2026-11-03T06%3A00%3A00Z&offset=5&limit=3")
    assert read(Asked(limit="3", offset="8")).of(items)[2] is None


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (59, "不到 1 分钟", "less than 1 min"),
        (2520, "42 分钟", "42 min"),
        (4200, "1 小时 10 分", "1 h 10 min"),
        (90_000, "1 天 1 小时", "1 d 1 h"),
    ],
)
def test_how_long_is_said_as_people_say_it(seconds: int, zh: str, en: str) -> None:
    assert (lasting("zh", 0, seconds * 1000), lasting("en", 0, seconds * 1000)) == (zh, en)


def test_the_map_is_told_which_grid_the_point_is_in() -> None:
    assert map_url(31.3312, 119.1224, "公共服务点").startswith(
        "https://uri.amap.com/marker?position=119.122400%2C31.331200"
    )
    assert "coordinate=wgs84" in map_url(0, 0, "")

"""Moments, durations and posts as people say them."""

import pytest

from contracts.inventory import Village
from gateway.dispatch.moments import lasting, moment, spoken, until
from gateway.dispatch.post_names import post_name
from gateway.dispatch.words import Lang
from tests.unit.gateway.dispatch.conftest import HOUR, MINUTE, NOW

DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("ago", "zh", "en"),
    [
        (0, "今天 21:15", "today 21:15"),
        (21 * HOUR + 15 * MINUTE, "今天 00:00", "today 00:00"),
        (22 * HOUR, "昨天 23:15", "yesterday 23:15"),
        (2 * DAY, "11月23日 21:15", "23 Nov 21:15"),
        (-DAY, "11月26日 21:15", "26 Nov 21:15"),
    ],
)
def test_moments(ago: int, zh: str, en: str) -> None:
    assert (moment(NOW - ago, NOW, "zh"), moment(NOW - ago, NOW, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("ago", "zh", "en"),
    [
        (0, "今天21点15分", "9 15 pm today"),
        (9 * HOUR, "今天12点15分", "12 15 pm today"),
        (3 * DAY + 21 * HOUR, "11月22日0点15分", "12 15 am 22 Nov"),
    ],
)
def test_spoken_moments(ago: int, zh: str, en: str) -> None:
    assert (spoken(NOW - ago, NOW, "zh"), spoken(NOW - ago, NOW, "en")) == (zh, en)


def test_the_day_of_an_end_is_said_where_it_is_another() -> None:
    assert until(NOW - HOUR, NOW, NOW, "zh") == "今天 20:15 至 21:15"
    assert until(NOW - DAY, NOW, NOW, "en") == "yesterday 21:15 to today 21:15"


@pytest.mark.parametrize(
    ("ms", "zh", "en"),
    [
        (59_999, "不到 1 分钟", "less than a minute"),
        (60_000, "1 分钟", "1 min"),
        (85 * MINUTE, "1 小时 25 分钟", "1 h 25 min"),
        (2 * HOUR, "2 小时", "2 h"),
        (25 * HOUR, "1 天 1 小时", "1 day 1 h"),
        (2 * DAY, "2 天", "2 days"),
        (-5, "不到 1 分钟", "less than a minute"),
    ],
)
def test_durations(ms: int, zh: str, en: str) -> None:
    assert (lasting(ms, "zh"), lasting(ms, "en")) == (zh, en)


@pytest.fixture
def village() -> Village:
    place = {"zh": "东网格", "en": "East grid"}
    return Village.model_validate(
        {
            "id": "v",
            "name": {"zh": "村", "en": "Village"},
            "departments": [{"id": "maintenance", "name": {"zh": "维保单位", "en": "Maintenance firm"}}],
            "grids": [{"id": "g-1", "name": place}],
        }
    )


@pytest.mark.parametrize(
    ("post", "zh", "en"),
    [
        ("maintenance", "维保单位", "Maintenance firm"),
        ("maintenance.head", "维保单位负责人", "head of Maintenance firm"),
        ("grid_officer@g-1", "东网格员", "grid officer of East grid"),
        ("grid_lead@g-1", "东网格长", "grid lead of East grid"),
        ("grid_lead@g-9", "g-9网格长", "grid lead of g-9"),
        ("nobody", "nobody", "nobody"),
    ],
)
def test_posts_have_names(village: Village, post: str, zh: str, en: str) -> None:
    found: dict[Lang, str] = {lang: post_name(village, post).text(lang) for lang in ("zh", "en")}
    assert found == {"zh": zh, "en": en}

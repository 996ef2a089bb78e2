import pytest

from dashboard_api.web import ages

NOW = 1_790_000_000_000


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (-3, "刚刚", "just now"),
        (4.9, "刚刚", "just now"),
        (5, "5 秒前", "5 s ago"),
        (59.9, "59 秒前", "59 s ago"),
        (60, "1 分钟前", "1 min ago"),
        (3_600, "1 小时前", "1 h ago"),
        (86_399, "23 小时前", "23 h ago"),
        (172_800, "2 天前", "2 d ago"),
    ],
)
def test_an_age_is_one_number_and_one_unit(seconds: float, chinese: str, english: str) -> None:
    then = NOW - round(seconds * 1000)
    assert ages.ago("zh", then, NOW) == chinese
    assert ages.ago("en", then, NOW) == english


def test_what_never_was_has_no_age() -> None:
    assert ages.ago("zh", None, NOW) == "从未"


def test_a_stretch_lasts_at_least_a_second() -> None:
    assert ages.lasting("zh", NOW, NOW) == "1 秒"
    assert ages.lasting("en", NOW - 125_000, NOW) == "2 min"


def test_the_script_gets_every_word_with_a_place_for_the_number() -> None:
    words = ages.words("en")
    assert set(words) == {"now", "never", *(f"{kind}_{unit}" for kind in ("ago", "for") for unit in ages.UNITS)}
    assert all("{n}" in text for key, text in words.items() if "_" in key)

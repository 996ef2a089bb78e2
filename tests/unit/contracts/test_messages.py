"""Words of a record are matched against their patterns once, and no record gets past that."""

import msgspec
import pytest

from contracts.messages import BadMessage, Up, decode

GOOD = {
    "v": 1,
    "stream": "5f0c3a9e7b1d2468",
    "n": 7,
    "boot": "0123456789abcdef",
    "ts": 1,
    "mono": 1,
    "tq": "ntp",
    "r": [{"d": "cam-01", "s": "up"}, {"d": "cam-02", "s": "up"}],
}


def text(**other: object) -> bytes:
    return msgspec.json.encode(GOOD | other)


def test_a_record_is_decoded_the_second_time_as_the_first() -> None:
    first, second = decode(Up, text()), decode(Up, text())
    assert first == second
    assert [reading.d for reading in second.r] == ["cam-01", "cam-02"]


@pytest.mark.parametrize("key", ["stream", "boot"])
def test_a_word_of_another_form_is_refused_after_good_ones_and_before_them(key: str) -> None:
    decode(Up, text())
    for _ in range(2):
        with pytest.raises(BadMessage, match=rf"regex.*\$\.{key}"):
            decode(Up, text(**{key: "cam-01"}))


def test_an_id_of_another_form_is_refused_wherever_it_stands() -> None:
    decode(Up, text())
    with pytest.raises(BadMessage, match=r"regex.*\$\.r\[1\]\.d"):
        decode(Up, text(r=[GOOD["r"][0], {"d": "a/b", "s": "up"}]))  # type: ignore[index]  # it is a list


def test_an_id_that_was_seen_is_no_stream() -> None:
    decode(Up, text(r=[{"d": "5f0c3a9e7b1d2468x", "s": "up"}]))
    with pytest.raises(BadMessage):
        decode(Up, text(stream="5f0c3a9e7b1d2468x"))

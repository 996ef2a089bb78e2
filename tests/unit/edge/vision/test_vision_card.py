import numpy as np
import pytest

from edge.vision.card import FORMAT, pack, unpack
from edge.vision.reference import References
from tests.views import in_infrared, street


def test_what_was_learned_comes_back_as_it_was(by_day: References) -> None:
    kept = street(references=by_day).learns(in_infrared).watch.references
    found = unpack(pack(kept))
    assert list(found.by_mode) == list(kept.by_mode)
    for mode, reference in kept.by_mode.items():
        again = found.by_mode[mode]
        assert (again.lessons, again.noise, again.least) == (reference.lessons, reference.noise, reference.least)
        np.testing.assert_array_equal(again.fine, reference.fine)
        np.testing.assert_allclose(again.grey, reference.grey, atol=0.51)


def test_nothing_learned_is_nothing_again() -> None:
    assert not unpack(pack(References())).by_mode


def test_a_camera_takes_no_more_of_a_card_than_a_picture(by_day: References) -> None:
    assert len(pack(by_day)) < 300_000


def test_a_file_that_was_cut_or_changed_anywhere_is_refused(by_day: References) -> None:
    good = pack(by_day)
    spoilt = [b"", FORMAT, good[: len(good) // 2], good[:-1], b"\0" * len(good)]
    for at in (0, len(FORMAT), len(FORMAT) + 5, len(good) // 2, len(good) - 1):
        changed = bytearray(good)
        changed[at] ^= 0x10
        spoilt.append(bytes(changed))
    for content in spoilt:
        with pytest.raises(ValueError, match=r"learned view"):
            unpack(content)

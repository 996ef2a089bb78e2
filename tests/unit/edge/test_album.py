"""Pictures of evidence on the node: how large, when they are sent, what a power cut leaves, and none without a wish."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from contracts.messages import LARGEST_PICTURE
from edge import jpeg
from edge.album import AGAIN_S, KEPT, Album, Pair

RNG = np.random.default_rng(7)
NOISE_4K = RNG.integers(0, 256, (2160, 3840, 3), np.uint8)
GREY = np.full((480, 640, 3), 128, np.uint8)


class Card:
    """A spool's newest record."""

    newest = 10


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album.open(tmp_path / "n-01", lambda: Card.newest)


def grey(level: int) -> np.ndarray:
    return np.full((90, 160, 3), level, np.uint8)


def test_a_noisy_4k_picture_is_made_small_enough(album: Album) -> None:
    (name,) = album.take("cam-01", Pair(None, NOISE_4K, ((0.1, 0.1, 0.5, 0.5),)))
    found = album.due(Card.newest + 1, 0.0)
    assert found is not None
    device, sent = found
    assert (device, hashlib.sha256(sent).hexdigest()) == ("cam-01", name)
    assert 1000 < len(sent) <= LARGEST_PICTURE


def test_control_the_same_picture_at_its_first_size_is_too_large() -> None:
    once = jpeg.encode(NOISE_4K, (), 10**9)
    assert len(once) > LARGEST_PICTURE


def test_what_is_wrong_is_outlined_and_nothing_else_is_touched() -> None:
    drawn = cv2.imdecode(np.frombuffer(jpeg.encode(GREY, ((0.25, 0.25, 0.5, 0.5),), LARGEST_PICTURE), np.uint8), 1)
    assert drawn is not None
    red = (drawn[:, :, 2].astype(int) - drawn[:, :, 0]) > 80
    rows, columns = np.nonzero(red)
    assert (abs(rows.min() - 120), abs(columns.min() - 160)) <= (4, 4)
    assert (abs(rows.max() - 360), abs(columns.max() - 480)) <= (4, 4)
    assert not red[180:300, 220:420].any()
    assert GREY.min() == GREY.max() == 128, "the driver's own picture stays as it was"


@pytest.mark.parametrize("image", [np.zeros((0, 0, 3), np.uint8), np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3))])
def test_what_is_no_picture_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="no picture"):
        jpeg.encode(image, (), LARGEST_PICTURE)


def test_a_picture_goes_after_the_record_that_names_it_and_one_at_a_time(album: Album) -> None:
    before, after = album.take("cam-01", Pair(grey(10), grey(200)))
    assert album.due(Card.newest, 0.0) is None, "the record that names it is not with the gateway yet"
    assert _sent(album, 0.0) == before
    assert album.due(11, AGAIN_S - 1) is None, "one is on its way"
    assert _sent(album, AGAIN_S) == before, "nobody had it"
    album.had([before])
    assert _sent(album, AGAIN_S) == after
    album.had([after])
    assert (album.due(11, 1e6), len(album), list(album.folder.iterdir())) == (None, 0, [])


def _sent(album: Album, now: float) -> str:
    found = album.due(Card.newest + 1, now)
    assert found is not None
    return hashlib.sha256(found[1]).hexdigest()


def test_on_a_new_line_it_goes_again_at_once(album: Album) -> None:
    (name,) = album.take("cam-01", Pair(None, grey(10)))
    _sent(album, 0.0)
    album.again()
    assert _sent(album, 0.1) == name


def test_what_waits_outlasts_a_kill_and_what_was_half_written_goes(album: Album) -> None:
    before, after = album.take("cam-01", Pair(grey(10), grey(200)))
    (album.folder / "0000000003_cam-01_x.new").write_bytes(b"half")
    (album.folder / "other").write_bytes(b"?")
    again = Album.open(album.folder, lambda: Card.newest)
    assert (len(again), len(list(album.folder.iterdir()))) == (2, 2)
    found = again.due(Card.newest, 0.0)
    assert found is not None
    assert hashlib.sha256(found[1]).hexdigest() == before
    again.take("cam-01", Pair(None, grey(30)))
    assert len({path.name.partition("_")[0] for path in album.folder.iterdir()}) == 3
    assert after in {one.name[-68:-4] for one in album.folder.iterdir()}


def test_after_a_spool_was_set_aside_nothing_waits_for_ever(album: Album) -> None:
    (name,) = album.take("cam-01", Pair(None, grey(10)))
    assert album.due(2, 0.0) is None
    album.aside()
    found = album.due(2, 0.0)
    assert found is not None
    assert hashlib.sha256(found[1]).hexdigest() == name


def test_the_card_holds_so_many_and_the_oldest_go_first(album: Album) -> None:
    names = [album.take("cam-01", Pair(None, grey(level)))[0] for level in range(KEPT + 3)]
    assert len(album) == len(list(album.folder.iterdir())) == KEPT
    assert _sent(album, 0.0) == names[3]


def test_a_picture_that_the_card_lost_keeps_no_other_waiting(album: Album) -> None:
    before, after = album.take("cam-01", Pair(grey(10), grey(200)))
    next(path for path in album.folder.iterdir() if before in path.name).unlink()
    assert _sent(album, 0.0) == after

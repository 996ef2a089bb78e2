import pytest

from contracts.inventory import Name, Place
from contracts.states import State, Word
from dashboard_api.sight import GRACE_MS, Sight, best, look, newest_ms
from gateway.store import LiveRow

NOW, LIMIT = 1_790_000_000_000, 180_000
NAME = Name(zh="一", en="one")
SOCKET = Place(
    device="cp-01.1", kind="connector", node="n", junction="j", grid="g", interval_s=60, parent="cp-01", name=NAME
)
CAMERA = Place(device="cam-01", kind="camera", node="n", junction="j", grid="g", interval_s=60, name=NAME)


def row(place: Place, state: State = "up", word: str | None = None, age_ms: int = 0) -> LiveRow:
    return LiveRow(place.device, place.kind, "j", "n", state, word, NOW - 500_000, NOW - age_ms)


def seen(place: Place, *rows: LiveRow, latched: tuple[str, ...] = ()) -> Sight:
    return look([place], rows, latched, NOW, lambda _interval_s: LIMIT)[0]


def test_what_never_spoke_is_unknown_and_not_stale() -> None:
    sight = seen(CAMERA)
    assert (sight.state, sight.stale, sight.since_ms) == ("unknown", False, None)


def test_a_fresh_reading_is_believed() -> None:
    assert seen(CAMERA, row(CAMERA, "degraded", age_ms=LIMIT)).state == "degraded"


def test_an_old_reading_is_unknown_and_claims_no_beginning() -> None:
    sight = seen(CAMERA, row(CAMERA, age_ms=LIMIT + GRACE_MS + 1))
    assert (sight.state, sight.stale, sight.since_ms) == ("unknown", True, None)


@pytest.mark.parametrize(
    ("said", "state", "shown"),
    [
        ("free", "up", "free"),
        ("in_use", "up", "in_use"),
        ("free", "unknown", "unknown"),
        ("glowing", "up", "unknown"),
        (None, "up", "unknown"),
    ],
)
def test_a_socket_is_free_only_if_it_is_known_to_be(said: str | None, state: State, shown: Word) -> None:
    assert seen(SOCKET, row(SOCKET, state, said)).word == shown


@pytest.mark.parametrize("asset", ["cp-01.1", "cp-01"])
def test_a_latch_beats_whatever_the_socket_says(asset: str) -> None:
    assert seen(SOCKET, row(SOCKET, word="free", age_ms=10 * LIMIT), latched=(asset,)).word == "out_of_order"


def test_the_best_word_is_the_one_a_resident_hopes_for() -> None:
    assert best(["unknown", "in_use", "free"]) == "free"
    assert best([]) == "unknown"


def test_the_newest_reading_of_all_counts() -> None:
    sights = look([CAMERA, SOCKET], [row(CAMERA, age_ms=9), row(SOCKET, age_ms=5)], (), NOW, lambda _: LIMIT)
    assert newest_ms(sights) == NOW - 5
    assert newest_ms([]) is None

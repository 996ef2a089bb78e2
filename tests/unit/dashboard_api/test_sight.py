import pytest

from contracts.inventory import Name, Place
from contracts.states import State, Word
from dashboard_api.sight import GRACE_MS, Declared, Sight, best, look, newest_ms
from gateway.store import LiveRow
from gateway.uptime import Window
from gateway.uptime.windows import WindowKind

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


def declared(kind: WindowKind, begin: int, end: int | None, target: str = "cp-01") -> Window:
    return Window(kind, target, NOW + begin, None if end is None else NOW + end, NOW - 900)


def with_windows(*windows: Window, word: str = "free", state: State = "up", latched: tuple[str, ...] = ()) -> Sight:
    return look([SOCKET], [row(SOCKET, state, word)], latched, NOW, lambda _: LIMIT, windows)[0]


@pytest.mark.parametrize("target", ["cp-01.1", "cp-01", "n", "j"])
def test_a_socket_out_of_service_is_closed_since_then(target: str) -> None:
    sight = with_windows(declared("out_of_service", -500, None, target))
    assert (sight.word, sight.word_since_ms, sight.state) == ("closed", NOW - 500, "up")
    assert sight.out == Declared(True, NOW - 500, None)


def test_a_silent_socket_out_of_service_is_closed_and_not_unknown() -> None:
    assert with_windows(declared("out_of_service", -500, 500), state="unknown").word == "closed"


def test_danger_beats_closed() -> None:
    window = declared("out_of_service", -500, None)
    assert with_windows(window, word="out_of_order", state="down").word == "out_of_order"
    assert with_windows(window, latched=("cp-01",)).word == "out_of_order"


def test_what_is_over_to_come_or_elsewhere_does_not_hold() -> None:
    windows = [declared("out_of_service", -500, 0), declared("out_of_service", 1, 500)]
    sight = with_windows(*windows, declared("out_of_service", -500, None, "cp-02"), declared("weather", -500, None))
    assert (sight.out, sight.planned, sight.word) == (Declared(), Declared(), "free")


def test_maintenance_closes_nothing_and_lasts_as_long_as_its_windows_touch() -> None:
    windows = [declared("planned", 400, 600), declared("planned", -100, 400), declared("planned", 700, 800)]
    sight = with_windows(*windows)
    assert (sight.planned, sight.word) == (Declared(True, NOW - 100, NOW + 600), "free")

"""The front's memory: an hour's silence by the clock, presses on disk, what an event says."""

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.connectors import Connector
from contracts.fields import Name
from dashboard_api import exchange
from dashboard_api.exchange import Answer, Ask
from dashboard_api.front.news import differences
from dashboard_api.front.presses import KEPT_MS, Full, Presses
from dashboard_api.front.village import Mark, VillageTold
from dashboard_api.problems import Problem
from dashboard_api.sheet import Charger, Home, Look, Site, Socket, unheard
from dashboard_api.web.residents.view import sites

NAME = Name(zh="村", en="Village")
HOUR_S = 3600


class Clocks:
    """This machine's."""

    def __init__(self) -> None:
        self.wall_ms, self.mono_s = 1_000_000_000, 50.0

    def passes(self, seconds: float) -> None:
        self.wall_ms += round(seconds * 1000)
        self.mono_s += seconds


def socket(word: str = "free", said: str = "up free") -> Socket:
    return Socket("cp-1.1", NAME, Connector(number=1), word, 10, 20, None, None, None, said)  # type: ignore[arg-type]  # a word


def look(*sockets: Socket) -> Look:
    charger = Charger("cp-1", NAME, "car", None, sockets or (socket(),))
    return Look(
        Home(NAME, None, "Asia/Shanghai", None), 0, 0, (Site("j-1", NAME, 1.0, 2.0, (charger,), None),), 20, False, None
    )


def village(folder: Path, clocks: Clocks) -> VillageTold:
    return VillageTold(folder, 90, lambda: clocks.wall_ms, lambda: clocks.mono_s)


def hears(told: VillageTold, clocks: Clocks, seen: Look | None = None, number: int = 1) -> None:
    raw = None if seen is None else exchange.written(seen)
    told.hear(told.mark.after(1, number, clocks.wall_ms, 7_000_000), raw)


def words(told: VillageTold) -> list[str]:
    return [one.word for one in told.shown(1).sockets]


def test_an_hour_of_silence_makes_everything_unknown_until_it_speaks(tmp_path: Path) -> None:
    clocks = Clocks()
    told = village(tmp_path, clocks)
    hears(told, clocks, look())
    clocks.passes(89)
    assert words(told) == ["free"]
    clocks.passes(HOUR_S)
    seen = told.shown(1)
    assert [(one.word, one.before) for one in seen.sockets] == [("unknown", "free")]
    assert (seen.unheard_ms, seen.now_ms) == (7_000_000, 7_000_000 + (HOUR_S + 89) * 1000)
    hears(told, clocks, number=2)
    assert words(told) == ["free"]


def test_it_is_the_variant_for_silence_that_keeps_free_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    clocks = Clocks()
    told = village(tmp_path, clocks)
    hears(told, clocks, look())
    clocks.passes(HOUR_S)
    monkeypatch.setattr("dashboard_api.front.village.unheard", lambda seen, _: seen)
    assert words(told) == ["free"]


def test_the_age_goes_on_through_a_restart_and_never_below_nothing(tmp_path: Path) -> None:
    clocks = Clocks()
    hears(village(tmp_path, clocks), clocks, look())
    clocks.passes(HOUR_S)
    again = village(tmp_path, clocks)
    assert again.age_s() == HOUR_S
    clocks.wall_ms -= 2 * HOUR_S * 1000
    assert village(tmp_path, clocks).stale


def test_a_jump_of_the_clock_makes_nothing_stale_or_fresh(tmp_path: Path) -> None:
    clocks = Clocks()
    told = village(tmp_path, clocks)
    hears(told, clocks, look())
    clocks.wall_ms += 10 * HOUR_S * 1000
    assert not told.stale
    clocks.wall_ms -= 20 * HOUR_S * 1000
    clocks.mono_s += 100
    assert told.stale


def test_nothing_was_ever_heard(tmp_path: Path) -> None:
    with pytest.raises(Problem) as said:
        village(tmp_path, Clocks()).shown(1)
    assert said.value.status == 503


def test_what_is_dangerous_stays_so_in_silence() -> None:
    seen = unheard(look(socket("out_of_order", "down out_of_order"), socket("in_use")), 5)
    assert [one.word for one in seen.sockets] == ["out_of_order", "unknown"]


def test_in_silence_nobody_counts_what_is_free() -> None:
    seen = unheard(look(socket("out_of_order", "down out_of_order"), socket("free")), 5)
    assert [(site.free, site.groups[0].free) for site in sites("zh", seen)] == [(None, None)]
    assert [site.free for site in sites("zh", look(socket("free"), socket("in_use")))] == [1]


def test_a_file_that_is_spoilt_is_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "look.json").write_text("{")
    (tmp_path / "mark.json").write_text("{")
    told = village(tmp_path, Clocks())
    assert (told.raw, told.mark) == (b"", Mark())


def test_an_event_says_a_state_and_anything_else_is_read_anew() -> None:
    before = look()
    assert differences(before, before) == []
    busy = socket("in_use", "up in_use")
    assert differences(before, look(busy)) == [busy]
    assert differences(before, look(replace(socket(), trouble="heat"))) is None
    assert differences(before, look(socket(), busy)) is None


ASK = Ask("", "token", "Wang", "zh", False, "192.0.2.1")


def test_the_same_persons_press_is_one_and_keeps_its_number(tmp_path: Path) -> None:
    presses = Presses(tmp_path, 10)
    first = presses.add(ASK, 1)
    assert presses.add(ASK, 2) == first
    other = presses.add(Ask("", "token", "Li", "zh", False, "192.0.2.1"), 3)
    assert [one.number for one in Presses(tmp_path, 10).waiting] == [first.number, other.number] == [1, 2]


def test_an_answer_wipes_the_token_and_comes_once(tmp_path: Path) -> None:
    presses = Presses(tmp_path, 10)
    press = presses.add(ASK, 1)
    presses.done(Answer(press.id, 200, "page"), 5)
    presses.done(Answer(press.id, 410, "page"), 6)
    again = Presses(tmp_path, 10)
    assert [(one.status, one.done_ms, one.token, one.address) for one in again.of("token")] == [(200, 5, "", "")]
    assert again.waiting == []
    assert "token" not in (tmp_path / "000000001.json").read_text().replace('"token":""', "")


def test_only_so_many_wait(tmp_path: Path) -> None:
    presses = Presses(tmp_path, 3, most_each=2)
    for who in "ab":
        presses.add(Ask("", "token", who, "zh", False, "192.0.2.1"), 1)
    with pytest.raises(Full, match="front_many"):
        presses.add(ASK, 1)
    presses.add(Ask("", "token", "c", "zh", False, "192.0.2.2"), 1)
    with pytest.raises(Full, match="front_full"):
        presses.add(Ask("", "token", "d", "zh", False, "192.0.2.3"), 1)


def test_old_answers_are_forgotten_and_numbers_never_used_again(tmp_path: Path) -> None:
    presses = Presses(tmp_path, 10)
    for who in "ab":
        press = presses.add(Ask("", "token", who, "zh", False, "192.0.2.1"), 1)
        presses.done(Answer(press.id, 200, ""), 5)
    presses.tidy(5 + KEPT_MS)
    assert [one.number for one in presses.of("token")] == [2]
    assert Presses(tmp_path, 10).add(ASK, 9).number == 3

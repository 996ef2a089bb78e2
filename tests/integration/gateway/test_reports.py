"""`python -m gateway months` and `statement` on a real store."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.inventory import load_inventory
from contracts.states import State
from gateway.main import main
from gateway.months import freeze
from gateway.store import Batch, FaultEnd, FaultOpen, IntervalRow, WindowSet, open_store

HOUR = 3_600_000
Say = Callable[..., tuple[int, str, str]]


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1000


OCTOBER = ms("2026-10-01T00:00")
WINDOW = ("--from", "2026-10-01T00:00:00+08:00", "--to", "2026-10-01T06:00:00+08:00")


@pytest.fixture
def say(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command on a store of one camera's October: exit code, what it printed, what it complained of."""
    config, inventory = tmp_path / "gateway.yaml", root / "firmware_config" / "villages" / "three-junctions.yaml"
    config.write_text(f"inventory: {inventory}\ndatabase: sqlite:///{tmp_path}/gateway.db\n", encoding="utf-8")
    states: list[tuple[int, State, str | None, str | None]]
    states = [(0, "up", None, None), (1, "down", "frozen", None), (2, "degraded", "blur", None)]
    states += [(3, "unknown", None, "lost"), (4, "up", "black", "not_confirmed"), (5, "down", "over_exposed", None)]
    rows = [IntervalRow("cam-01", OCTOBER + at * HOUR, None, state, code, why) for at, state, code, why in states]
    gap = FaultOpen("cam-01", "camera", "j-01", "not_recorded", None, 2, OCTOBER + HOUR // 2)
    store = open_store(f"sqlite:///{tmp_path}/gateway.db")
    late = WindowSet("planned", "cam-01", OCTOBER + 2 * HOUR, OCTOBER + 3 * HOUR, OCTOBER + 2 * HOUR, "li")
    wet = WindowSet("weather", "cam-01", OCTOBER + 5 * HOUR, None, OCTOBER)
    ends = FaultEnd("cam-01", "not_recorded", None, OCTOBER + 3 * HOUR // 2, OCTOBER + 3 * HOUR // 2)
    store.record(Batch(0, intervals=[*rows], windows=[late, wet], faults=[gap, ends]))
    freeze(store, load_inventory(inventory), ms("2026-11-05T00:00"))
    store.close()

    def run(*argv: str) -> tuple[int, str, str]:
        code = main([*argv, "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_statement_accounts_for_every_second(say: Say) -> None:
    code, out, _ = say("statement", "--device", "cam-01", *WINDOW, "--lang", "en")
    lines = [re.split(r"  +", line) for line in out.splitlines() if re.match(r"2026-\S+  ", line)]
    assert code == 0
    assert sum(int(line[2].removesuffix(" s")) for line in lines) == 6 * 3600
    assert [line[0] for line in lines[1:]] == [line[1] for line in lines[:-1]]
    told = [(int(line[2].removesuffix(" s")), line[3], line[-1]) for line in lines]
    assert told == [
        (1800, "up", "no gap reported"),
        (1800, "up", "not recorded"),
        (1800, "down", "not recorded"),
        (1800, "down", "no gap reported"),
        (3600, "degraded", "no gap reported"),
        (3600, "unknown", "recording not known"),
        (3600, "up", "no gap reported"),
        (3600, "up", "no gap reported"),
    ]


def test_a_statement_names_codes_causes_rates_and_late_approvals(say: Say) -> None:
    _, out, _ = say("statement", "--device", "cam-01", *WINDOW, "--lang", "en")
    for text in (
        "frozen: ",
        "lost: the node's link was lost",
        "black: ",
        "not_confirmed: not confirmed",
        "weather: weather",
        "in service S: 21600 s",
        "down D: 3600 s",
        "hidden by weather (part of up): 3600 s",
        "of the known time U/(U+D): 80.000 % (too little data)",
        "maintenance approved too late (counts for nothing): cam-01  2026-10-01T02:00:00+08:00",
    ):
        assert text in out


def test_a_statement_is_chinese_unless_asked_otherwise(say: Say) -> None:
    _, out, _ = say("statement", "--device", "cam-01", *WINDOW)
    assert "数据不足" in out
    assert "节点掉线" in out


def test_the_future_is_left_out_and_said_so(say: Say) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    window = ("--from", yesterday.isoformat(), "--to", "2999-01-01T00:00:00+08:00")
    assert "in the future is left out" in say("statement", "--device", "cam-01", *window, "--lang", "en")[1]


def test_all_mistakes_of_a_statement_come_at_once(say: Say) -> None:
    code, out, err = say("statement", "--device", "cam-99", "--from", "yesterday", "--to", "2026-10-01T00:00:00")
    assert (code, out) == (2, "")
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["--device", "--from", "--to"]
    window = ("--from", "2999-10-01T00:00:00Z", "--to", "2026-10-01T00:00:00Z")
    told = say("statement", "--device", "cam-01", *window, "--lang", "en")[2].splitlines()
    assert told == [
        "statement: --to: the end must be later than the beginning",
        "statement: --from: this time has not come yet: there is nothing to state",
    ]


def test_months_are_listed_and_proven(say: Say, tmp_path: Path) -> None:
    code, out, _ = say("months", "--verify")
    assert code == 0
    assert re.match(r"2026-10  revision 1  frozen 2026-11-05T00:00:00\+08:00  sha256 [0-9a-f]{64}  -\n", out)
    assert "verified: 1 revision(s)" in out
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as db, db:
        db.execute("UPDATE months SET body = replace(body, '\"D\":', '\"D\": ')")
    assert say("months")[0] == 0
    code, _, err = say("months", "--verify")
    assert code == 1
    assert "2026-10 revision 1: its hash is not that of its body" in err


def test_a_store_that_is_not_there_is_named(say: Say, tmp_path: Path) -> None:
    (tmp_path / "gateway.db").unlink()
    code, _, err = say("months")
    assert code == 1
    assert "start the gateway first" in err


@pytest.mark.parametrize("command", ["months", "statement"])
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert "--config FILE" in capsys.readouterr().out

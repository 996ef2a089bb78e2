"""`python -m gateway roster` and `--check` on a real store: what is taken, refused, shown and missed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gateway import check as checks
from gateway.main import main
from gateway.rosters import main as rosters
from gateway.store import Store, open_store
from tests.rosters import CHANNELS

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def example(root: Path) -> Path:
    """The shipped example of a roster."""
    return root / "firmware_config" / "villages" / "roster.example.yaml"


@pytest.fixture
def config(root: Path, tmp_path: Path) -> Path:
    """Settings of a gateway for Beigu whose database is there."""
    path = tmp_path / "gateway.yaml"
    inventory = root / "firmware_config" / "villages" / "beigu.yaml"
    path.write_text(f"inventory: {inventory}\ndatabase: sqlite:///{tmp_path}/gateway.db\n", encoding="utf-8")
    open_store(f"sqlite:///{tmp_path}/gateway.db").close()
    return path


@pytest.fixture
def say(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command where four channels are configured: exit code, what it printed, what it complained of."""
    monkeypatch.setattr(rosters, "channel_kinds", lambda _settings: CHANNELS)

    def run(*argv: str) -> tuple[int, str, str]:
        code = main(["roster", *argv, "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_roster_is_loaded_and_those_on_duty_are_shown_without_numbers(say: Say, example: Path) -> None:
    code, out, err = say("load", str(example))
    assert (code, err) == (0, "")
    assert out.startswith("roster: version 1 loaded: 12 people, 46 duties\non duty at ")
    assert "王示例" in out
    assert "0000" not in out


def test_at_a_moment_those_of_that_moment_are_shown(say: Say, example: Path) -> None:
    say("load", str(example))
    code, out, _ = say("show", "--at", "2026-12-25 12:00", "--numbers")
    (electrician,) = [line.split() for line in out.splitlines() if line.startswith("electrician ")]
    assert (code, electrician[2], electrician[-1]) == (0, "王示例", "+8610000000001")  # a hand-over


def test_gaps_are_warnings_when_it_is_loaded_and_a_failure_when_it_is_checked(
    say: Say, example: Path, tmp_path: Path
) -> None:
    short = tmp_path / "short.yaml"
    gone = "  - {post: power-supply.head, person: power-desk}\n"
    short.write_text(example.read_text(encoding="utf-8").replace(gone, ""), encoding="utf-8")
    code, _, err = say("load", str(short))
    assert (code, err) == (0, "warning: power-supply.head: nobody; give it a duty\n")
    assert say("check")[:2] == say("check", str(short))[:2] == (1, "power-supply.head: nobody; give it a duty\n")
    assert say("check", str(example)) == (
        0,
        "ok: every post has somebody, and nobody is missing in the next 14 days\n",
        "",
    )


def test_a_roster_with_mistakes_is_refused_whole(say: Say, example: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = example.read_text(encoding="utf-8").replace("person: zhao}", "person: zhaoo}", 1)
    wrong.write_text(text.replace("via: [mail,", "via: [fax,"), encoding="utf-8")
    planted = [number for number, line in enumerate(text.splitlines(), 1) if "[mail," in line or "zhaoo}" in line]
    code, out, err = say("load", str(wrong))
    assert (code, out) == (2, "")
    assert [line.partition(": ")[0] for line in err.splitlines()] == [f"{wrong}:{line}" for line in planted]
    assert say("show")[0] == 1


def test_what_is_exported_can_be_loaded_again(say: Say, example: Path, tmp_path: Path) -> None:
    say("load", str(example))
    code, out, _ = say("export")
    again = tmp_path / "again.yaml"
    again.write_text(out, encoding="utf-8")
    assert code == 0
    assert say("load", str(again))[0] == 0
    assert say("export")[1].partition("\n")[2] == out.partition("\n")[2]


@pytest.mark.parametrize("command", ["show", "export", "check"])
def test_without_a_roster_it_is_said_how_to_load_one(say: Say, command: str) -> None:
    code, out, err = say(command)
    assert (code, out) == (1, "")
    assert "no roster is loaded; `roster load FILE` does it" in err


def test_a_database_that_is_not_there_is_not_made(say: Say, example: Path, tmp_path: Path) -> None:
    (tmp_path / "gateway.db").unlink()
    code, _, err = say("load", str(example))
    assert (code, "start the gateway first" in err) == (1, True)
    assert not (tmp_path / "gateway.db").exists()


def test_a_time_that_is_none_is_refused(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        say("show", "--at", "tomorrow")
    assert "'tomorrow' is no time" in capsys.readouterr().err


def test_the_newest_twenty_versions_are_kept_and_the_newest_counts(store: Store, tmp_path: Path) -> None:
    assert store.roster() is None
    versions = [store.load_roster("li", b"%d" % number, number) for number in range(1, 24)]
    row = store.roster()
    assert versions == list(range(1, 24))
    assert row
    assert (row.version, row.by, row.body, row.loaded_ms) == (23, "li", b"23", 23)
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as db:
        assert db.execute("SELECT min(version), count(*) FROM rosters").fetchone() == (4, 20)


# ---- The gateway's own check


@pytest.fixture
def checked(config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[bool], str]:
    """What `--check` says of the roster, with or without channels."""

    def run(channels: bool) -> str:
        monkeypatch.setattr(checks, "channel_kinds", lambda _settings: CHANNELS if channels else {})
        assert main(["--config", str(config), "--check"]) == 1  # no broker is there
        return "\n".join(line for line in capsys.readouterr().out.splitlines() if line.startswith("roster"))

    return run


def test_a_check_fails_where_there_are_channels_but_nobody_to_be_told(checked: Callable[[bool], str]) -> None:
    assert checked(True).startswith("roster: failed: channels, but nobody to be told")
    assert checked(False).startswith("roster: none: nobody is told of anything")


def test_a_check_says_of_a_roster_that_it_is_whole_or_each_thing_that_is_missing(
    checked: Callable[[bool], str], say: Say, example: Path, tmp_path: Path
) -> None:
    say("load", str(example))
    assert checked(True) == "roster: ok: every post has somebody in the next 14 days"
    lines = example.read_text(encoding="utf-8").splitlines(keepends=True)
    less = tmp_path / "less.yaml"
    less.write_text("".join(line for line in lines if "police, person" not in line), encoding="utf-8")
    say("load", str(less))
    assert checked(True).splitlines() == [
        "roster: failed: police: nobody; give it a duty",
        "roster: failed: traffic-police: nobody; give it a duty",
    ]


def test_a_check_does_not_trip_over_a_roster_it_cannot_read(checked: Callable[[bool], str], tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path}/gateway.db")) as store:
        store.load_roster("li", b"{}", 0)
    assert "load the roster's file again" in checked(True)

"""The file that a health check looks at."""

import json
import os
from pathlib import Path

import pytest

from contracts.inventory import Village
from gateway.health import heartbeat
from gateway.main import main


class Seconds:
    """A clock turned by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


def aged(file: Path) -> float:
    os.utime(file, (1000, 1000))
    return file.stat().st_mtime


def test_it_is_made_at_once_and_touched_once_a_second(tmp_path: Path, clock: Seconds) -> None:
    beat, file = heartbeat(tmp_path / "alive", clock), tmp_path / "alive"
    old = aged(file)
    clock.now += 0.5
    beat()
    assert file.stat().st_mtime == old
    clock.now += 0.5
    beat()
    assert file.stat().st_mtime > old


def test_where_it_cannot_be_touched_any_more_the_loop_goes_on(tmp_path: Path, clock: Seconds) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    beat = heartbeat(folder / "alive", clock)
    (folder / "alive").unlink()
    folder.rmdir()
    clock.now += 1
    beat()
    assert not folder.exists()


def test_without_a_file_nothing_is_made(tmp_path: Path, clock: Seconds) -> None:
    heartbeat(None, clock)()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_said_at_the_start(
    tmp_path: Path, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "village.yaml").write_text(village.model_dump_json(exclude_none=True))
    config = tmp_path / "gateway.yaml"
    config.write_text(json.dumps({"inventory": "village.yaml", "heartbeat": "nowhere/alive"}))
    assert main(["--config", str(config)]) == 1
    assert "nowhere/alive" in capsys.readouterr().err

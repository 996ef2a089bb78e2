"""Calls with mistakes in them: refused at once, each mistake named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo.main import main


def test_a_scenario_with_mistakes_is_refused_with_all_of_them(start: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("steps:\n  - name: x\n    at_s: -1\n", encoding="utf-8")
    demo = start("--scenario", str(file))
    assert demo.end() == 2
    assert f"{file}:3: steps[0].at_s: " in demo.output
    assert demo.output.count("this key is required and missing") == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--scenario", "dawn"), "shipped are cameras, default, night, quiet, short, storm"),
        (("--village", "beigo"), "--village beigo: is no file, and no village is shipped by that name"),
        (("--speed", "fast"), "'fast' is no speed from 0.5 to 200"),
        (("--speed", "100"), "take a lower --speed"),
        (("--seconds", "ten"), "'ten' is no number of seconds"),
        (("--port", "80.5"), "'80.5' is no whole number"),
        (("--secs", "5"), "unrecognized arguments: --secs 5"),
    ],
)
def test_a_mistyped_call_is_refused_with_what_would_do(
    options: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(*options) == 2
    assert message in capsys.readouterr().err


def status(*options: str) -> int | str | None:
    """What the call ends with, before anything is started."""
    try:
        return main(options)
    except SystemExit as ended:
        return ended.code

"""Every lint rule that the house relies on is broken once and must be reported."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., "CompletedProcess[str]"]
Plant = Callable[[str, str], None]

CLOCK_AND_ENVIRONMENT = {
    "time.time": "import time\nnow = time.time()",
    "time.time_ns": "from time import time_ns\nnow = time_ns()",
    "time.monotonic": "import time\nnow = time.monotonic()",
    "time.monotonic_ns": "import time\nnow = time.monotonic_ns()",
    "datetime.datetime.now": "import datetime\nnow = datetime.datetime.now(tz=datetime.UTC)",
    "datetime.datetime.utcnow": "from datetime import datetime\nnow = datetime.utcnow()",
    "datetime.datetime.today": "from datetime import datetime\nnow = datetime.today()",
    "datetime.date.today": "import datetime\nnow = datetime.date.today()",
    "os.environ": "import os\nname = os.environ['VSM_NAME']",
    "os.getenv": "import os\nname = os.getenv('VSM_NAME')",
}
OTHERS = [
    ("BLE001", "edge/node.py", "try:\n    pass\nexcept Exception:\n    pass"),
    ("S110", "gateway/ingest.py", "try:\n    pass\nexcept Exception:\n    pass"),
    ("PTH123", "edge/detect/camera.py", "text = open('x').read()"),
    ("DTZ005", "gateway/uptime/count.py", "import datetime\nnow = datetime.datetime.now()"),
    ("T201", "gateway/store/store.py", "print('x')"),
    ("S608", "dashboard_api/app.py", "def q(name: str) -> str:\n    return f\"SELECT * FROM x WHERE n = '{name}'\""),
    ("D103", "contracts/codes.py", "def undescribed() -> None: ..."),
    ("ARG001", "edge/spool.py", "def f(unused: int) -> int:\n    return 1"),
    ("PGH003", "edge/spool.py", "x: int = ''  # type: ignore"),
    ("FIX002", "edge/spool.py", "# TO" + "DO: later"),
    ("E501", "tests/unit/edge/test_node.py", f"x = '{'a' * 120}'"),
    ("F401", "tests/unit/edge/test_node.py", "import json"),
    ("PT011", "tests/unit/edge/test_node.py", "import pytest\nwith pytest.raises(ValueError):\n    int('x')"),
]


@pytest.mark.parametrize(
    "room", ["contracts/inventory.py", "edge/node.py", "gateway/ingest.py", "dashboard_api/app.py"]
)
@pytest.mark.parametrize("name", CLOCK_AND_ENVIRONMENT)
def test_a_hidden_clock_or_environment_is_reported(run: Run, root: Path, name: str, room: str) -> None:
    said = run(root, "ruff", "check", "--stdin-filename", room, "-", given=CLOCK_AND_ENVIRONMENT[name])
    assert f"`{name}` is banned" in said.stdout


@pytest.mark.parametrize("room", ["edge/main.py", "gateway/main.py", "dashboard_api/main.py"])
def test_main_may_read_clock_and_environment(run: Run, root: Path, room: str) -> None:
    for code in CLOCK_AND_ENVIRONMENT.values():
        assert "TID251" not in run(root, "ruff", "check", "--stdin-filename", room, "-", given=code).stdout


def test_every_banned_name_is_used_once(root: Path) -> None:
    lint = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert set(lint["flake8-tidy-imports"]["banned-api"]) == set(CLOCK_AND_ENVIRONMENT)


@pytest.mark.parametrize(("code", "module", "text"), OTHERS)
def test_a_broken_lint_rule_is_reported(run: Run, root: Path, code: str, module: str, text: str) -> None:
    said = run(root, "ruff", "check", "--stdin-filename", module, "-", given=f"{text}\n")
    assert said.returncode == 1
    assert code in said.stdout


def test_a_tangled_function_is_reported(run: Run, root: Path) -> None:
    branches = "".join(f"    if x == {n}:\n        y += {n}\n" for n in range(12))
    code = f'def f(x: int, y: int) -> int:\n    """X."""\n{branches}    return y\n'
    assert "C901" in run(root, "ruff", "check", "--stdin-filename", "edge/node.py", "-", given=code).stdout


@pytest.mark.parametrize("module", ["edge/planted.py", "tests/unit/edge/planted.py"])
def test_a_missing_type_is_reported(run: Run, copy: Path, plant: Plant, module: str) -> None:
    (copy / module).parent.mkdir(parents=True, exist_ok=True)
    plant(module, "def f(x):\n    return x")
    said = run(copy, "mypy", "--follow-imports=skip", module)
    assert "no-untyped-def" in said.stdout


def test_an_undeclared_library_is_reported(run: Run, copy: Path, plant: Plant) -> None:
    plant("edge/planted.py", "import pandas")
    assert "DEP001" in run(copy, "deptry", "--no-ansi", ".").stderr


def test_an_unused_library_is_reported(run: Run, copy: Path, plant: Plant) -> None:
    declared = (copy / "pyproject.toml").read_text(encoding="utf-8")
    plant("pyproject.toml", "")
    (copy / "pyproject.toml").write_text(declared.replace("edge = [", 'edge = [\n    "requests",', 1), encoding="utf-8")
    assert "DEP002 'requests'" in run(copy, "deptry", "--no-ansi", ".").stderr


def test_a_misspelling_is_reported(run: Run, copy: Path, plant: Plant) -> None:
    plant("edge/planted.py", "# recie" + "ve a reading")
    assert "receive" in run(copy, "codespell", "edge").stdout

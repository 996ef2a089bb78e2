"""What holds for every file of the project."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from_parts = "".join
# Where packages come from is the machine's business, and no file knows the machine it was written on.
FOREIGN = re.compile(
    "|".join(
        map(
            from_parts,
            [
                ("py", r"pi\.org"),
                ("python", "hosted"),
                (r"registry\.", "npmjs"),
                (r"deb\.", r"debian\.org"),
                ("/", "work/"),
                ("/", "root/"),
                ("/", "home/[a-z]"),
                ("--index", "-url"),
                ("--find", "-links"),
            ],
        )
    )
)
LONGEST_MODULE, LONGEST_FUNCTION = 400, 40
SCRIPTS = ["setup", "demo", "test", "check", "bench", "lock", "get-influxdb2", "screens"]
SCRIPTS += ["install-gateway", "install-node", "backup", "restore", "replay", "on-gateway", "eval-cameras"]


@pytest.fixture(scope="module")
def files(root: Path) -> list[Path]:
    said = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    )
    return [root / name for name in said.stdout.split("\0") if name and (root / name).is_file()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


def test_no_file_names_a_package_index_or_a_machine(files: list[Path]) -> None:
    named = {f"{path}: {found[0]}" for path in files if (found := FOREIGN.search(_text(path)))}
    assert not named


def test_modules_stay_small(files: list[Path]) -> None:
    modules = [path for path in files if path.suffix == ".py"]
    assert not {f"{path}: {size}" for path in modules if (size := _text(path).count("\n")) > LONGEST_MODULE}


def test_functions_stay_small(files: list[Path]) -> None:
    long = {
        f"{path}:{node.lineno} {node.name}"
        for path in files
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    }
    assert not long


def test_every_lint_exception_says_why(files: list[Path]) -> None:
    bare = re.compile(r"#\s*(noqa(?!:)|noqa: [A-Z0-9, ]+$|type: ignore(\[[\w, -]+\])?$)", re.MULTILINE)
    assert not {str(path) for path in files if path.suffix == ".py" and bare.search(_text(path))}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_explains_itself(root: Path, name: str) -> None:
    said = subprocess.run(
        [root / "scripts" / name, "--help"], cwd="/", capture_output=True, text=True, check=False, timeout=60
    )
    assert said.returncode == 0
    assert f"scripts/{name}" in said.stdout

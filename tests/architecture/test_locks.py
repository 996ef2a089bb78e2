"""What is installed is exactly what the locks say, on every machine."""

import re
import tomllib
from pathlib import Path

import pytest

EXTRAS = ["edge", "gateway", "api", "config", "demo", "dev"]
PYTHONS = ["py311", "py312", "py313"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


def pins(root: Path, lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version, _ in PIN.findall((root / "requirements" / lock).read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


def canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_there_is_one_lock_for_each_extra_and_python(root: Path) -> None:
    expected = {f"{extra}-{tag}.txt" for extra in EXTRAS for tag in PYTHONS} | {"opencv-headless.txt"}
    assert {path.name for path in (root / "requirements").iterdir()} == expected


def test_every_requirement_has_a_version_and_hashes(root: Path) -> None:
    for lock in (root / "requirements").iterdir():
        rest = PIN.sub("", lock.read_text(encoding="utf-8"))
        assert not [line for line in rest.splitlines() if line and not line.startswith("#")], lock.name


@pytest.mark.parametrize("tag", PYTHONS)
@pytest.mark.parametrize("extra", EXTRAS)
def test_a_lock_holds_what_its_extra_declares(root: Path, extra: str, tag: str) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"][extra]]
    if tag == "py313":  # there lgpio comes from the operating system
        declared = [name for name in declared if not name.startswith("lgpio")]
    ours = canonical(project["name"])
    assert {canonical(name) for name in declared} - {ours} <= pins(root, f"{extra}-{tag}.txt").keys()


@pytest.mark.parametrize("tag", PYTHONS)
@pytest.mark.parametrize("extra", EXTRAS[:-1])
def test_what_is_tested_is_what_is_installed(root: Path, extra: str, tag: str) -> None:
    tested = pins(root, f"dev-{tag}.txt")
    assert {name: tested.get(name) for name in pins(root, f"{extra}-{tag}.txt")} == pins(root, f"{extra}-{tag}.txt")


def test_headless_opencv_is_the_same_version(root: Path) -> None:
    headless = pins(root, "opencv-headless.txt")["opencv-python-headless"]
    assert {frozenset(pins(root, f"edge-{tag}.txt")["opencv-python"]) for tag in PYTHONS} == {frozenset(headless)}

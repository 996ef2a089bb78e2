"""What the page loads: nothing from elsewhere, and vendored files as their makers shipped them."""

import hashlib
import re
import tomllib

import pytest

from dashboard_api.web import assets
from dashboard_api.web.texts import HERE

VENDOR = assets.FOLDER / "vendor"
TABLE = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["file"]
OWN = [
    path for path in HERE.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"} and VENDOR not in path.parents
]
# A namespace is a name, not an address to load.
ELSEWHERE = re.compile(
    r"""(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9.-]+\.[a-z]{2,}|@import|(?<!new )url\((?!#)""", re.IGNORECASE
)


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: str(entry["name"]))
def test_a_vendored_file_is_what_its_table_says(entry: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / entry["name"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["version"]
    assert entry["licence"]
    assert (VENDOR / entry["licence_file"]).read_text(encoding="utf-8")


def test_nothing_lies_there_without_its_entry() -> None:
    listed = {name for entry in TABLE for name in (entry["name"], entry["licence_file"])}
    assert {path.name for path in VENDOR.iterdir()} == {*listed, "VENDOR.toml"}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: object) -> None:
    assert ELSEWHERE.findall(str(path.read_text(encoding="utf-8"))) == []  # type: ignore[attr-defined]  # a Traversable


def test_an_address_changes_with_the_content() -> None:
    content = (assets.FOLDER / "app.css").read_bytes()
    assert assets.url("app.css").endswith(f"?v={hashlib.sha256(content).hexdigest()[:12]}")

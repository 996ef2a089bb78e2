"""A page in two languages is one page: the same headings, tables, drawings and commands in both."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAIRS = [
    (ROOT / "README.md", ROOT / "README.zh-CN.md"),
    (ROOT / "docs" / "hardware.md", ROOT / "docs" / "hardware.zh-CN.md"),
]
pairs = pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=lambda path: path.name)


def shape(page: str) -> dict[str, list[str]]:
    """What both languages share: heading levels, pictures, cells of tables, commands without their comments."""
    lines = page.splitlines()
    indented = [line.split("  #")[0].strip() for line in lines if re.match(r" {4,}\S", line)]
    return {
        "headings": [line.split(" ")[0] for line in lines if line.startswith("#")],
        "pictures": re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page),
        "rows": [str(line.count("|")) for line in lines if line.startswith("|")],
        "items": re.findall(r"^(\d+)\. ", page, re.MULTILINE),
        "commands": indented,
        "in words": sorted(re.findall(r"`(python -m [^`]+|pip install [^`]+|apt install [^`]+|scripts/[^`]+)`", page)),
    }


@pairs
def test_both_have_the_same_shape(english: Path, chinese: Path) -> None:
    assert shape(chinese.read_text(encoding="utf-8")) == shape(english.read_text(encoding="utf-8"))


@pairs
def test_each_links_to_the_other_at_the_top(english: Path, chinese: Path) -> None:
    assert f"]({chinese.name})" in "".join(english.read_text(encoding="utf-8").splitlines()[:4])
    assert f"]({english.name})" in "".join(chinese.read_text(encoding="utf-8").splitlines()[:4])


@pairs
def test_the_links_of_both_lead_somewhere(english: Path, chinese: Path) -> None:
    for page in (english, chinese):
        links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_the_figures_of_the_tables_agree() -> None:
    english, chinese = ([_figures(line) for line in _rows(page)] for page in PAIRS[1])
    assert english == chinese


def _rows(page: Path) -> list[str]:
    return [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]


def _figures(row: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:\.\d+)?", row.replace("LiFePO4", "")))


def test_a_missing_heading_is_noticed() -> None:
    page = PAIRS[1][0].read_text(encoding="utf-8")
    assert shape(page.replace("## 9. Standards\n", "")) != shape(page)


def test_a_command_that_differs_is_noticed() -> None:
    page = PAIRS[0][0].read_text(encoding="utf-8")
    assert shape(page.replace("--role maintenance", "--role police")) != shape(page)

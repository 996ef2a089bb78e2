"""Every wiring sheet can be handed to an electrician: whole, bilingual, with its rules and title block, and shown."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRAWINGS = sorted((ROOT / "docs" / "drawings").glob("*.svg"))
PAGES = [ROOT / "docs" / "hardware.md", ROOT / "docs" / "hardware.zh-CN.md"]
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"rect", "circle", "line", "polyline", "path", "text", "pattern", "title", "desc", "style", "defs", "svg"}
WIDTH, HEIGHT, MARGIN = 1188, 840, 12
# What must stand on every sheet, in both languages.
RULES = (
    "220 V 作业须由持证电工进行",
    "220 V work: certified electrician only.",
    "一律不得接触 GPIO",
    "touches a GPIO",
    "不得相连",
    "never join 0 V and GND",
)
TITLE_BLOCK = ("图号 No.: VSM-E-", "版本 Rev.: ", "日期 Date: 20", "比例 Scale: n/a", "checked by electrician")
LEGEND = ("图例 / Legend", "220 V AC", "隔离栅 / isolation barrier", "24 V", "3.3 V")


def _texts(sheet: str) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(sheet).iter(f"{SVG}text")]  # noqa: S314  # our own file


def wrongs(sheet: str) -> list[str]:
    """What is wrong with one sheet."""
    try:
        root = ET.fromstring(sheet)  # noqa: S314  # our own file
    except ET.ParseError as error:
        return [f"not well-formed: {error}"]
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    said = "\n".join(_texts(sheet))
    return [
        *(f"<{tag}> is not for a drawing" for tag in sorted(tags - SHAPES)),
        *_outward(root, sheet),
        *(f"lacks {line!r}" for line in (*RULES, *TITLE_BLOCK, *LEGEND) if line not in said),
        *([] if root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}" else ["not A4 landscape"]),
        *([] if "Noto Sans CJK SC" in sheet else ["no Chinese font"]),
    ]


def _outward(root: ET.Element, sheet: str) -> list[str]:
    """Handlers, links and addresses that a drawing must not have."""
    names = [name for element in root.iter() for name in element.attrib]
    found = [f"attribute {name}" for name in names if name.startswith("on") or name.endswith("href")]
    body = sheet.replace('xmlns="http://www.w3.org/2000/svg"', "", 1)
    outside = re.findall(r"https?:|data:\w+/|@import|javascript:|<!DOCTYPE|<!ENTITY|url\((?!#)", body)
    return [*found, *(f"reaches outside: {reference}" for reference in outside)]


def _width(text: str, size: float) -> float:
    """About what the font takes: a Chinese character is as wide as it is high, a Latin one half of that."""
    return size * sum(1.0 if ord(letter) > 0x2E80 else 0.5 for letter in text)


def _beyond_the_frame(sheet: str) -> list[str]:
    beyond = []
    for text in ET.fromstring(sheet).iter(f"{SVG}text"):  # noqa: S314  # our own file
        words = "".join(text.itertext())
        size = 10.3 if "s" in (text.get("class") or "").split() else 11.5
        x, y, width = float(text.get("x", 0)), float(text.get("y", 0)), _width(words, size)
        left = x - width * {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", "start"), 0.0)
        inside = left > MARGIN and left + width < WIDTH - MARGIN and MARGIN < y < HEIGHT - MARGIN
        beyond += [] if inside else [words]
    return beyond


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_sheet_is_whole(drawing: Path) -> None:
    assert wrongs(drawing.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_no_text_runs_out_of_the_frame(drawing: Path) -> None:
    assert _beyond_the_frame(drawing.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_the_file_name_is_the_drawing_number(drawing: Path) -> None:
    assert f"VSM-E-{drawing.stem[:2]}" in drawing.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_page_shows_every_drawing(page: Path) -> None:
    shown = re.findall(r"!\[[^\]]*\]\(drawings/([^)]+)\)", page.read_text(encoding="utf-8"))
    assert shown == [drawing.name for drawing in DRAWINGS]
    assert len(shown) == 8


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (("220 V work: certified electrician only.", "220 V work."), "lacks '220 V work: certified"),
        (("220 V 作业须由持证电工进行", "220 V"), "lacks '220 V 作业"),
        (("版本 Rev.", "Rev."), "lacks '版本"),
        (("</svg>", ""), "not well-formed"),
        (("<style>", "<script>1</script><style>"), "<script> is not for a drawing"),
        (("<style>", '<image href="http://192.0.2.1/x.png"/><style>'), "reaches outside"),
        (('class="h"', 'class="h" onclick="x"'), "attribute onclick"),
    ],
)
def test_a_damaged_sheet_is_reported(damage: tuple[str, str], said: str) -> None:
    sheet = DRAWINGS[0].read_text(encoding="utf-8")
    assert damage[0] in sheet
    assert any(said in wrong for wrong in wrongs(sheet.replace(*damage)))


def test_the_inhibit_sheet_says_that_nothing_drives_it() -> None:
    texts = _texts((ROOT / "docs" / "drawings" / "02-inhibit-relay.svg").read_text(encoding="utf-8"))
    assert "Only where an office has permitted it. This software does not drive it yet." in texts
    assert "仅限主管部门许可处安装。本软件目前不驱动此继电器。" in texts


@pytest.mark.parametrize(
    ("sheet", "line"),
    [
        ("04-supervised-loop", "The program does not read ADC loops yet"),
        ("05-meter-rs485", "The program does not read RS-485 meters yet"),
        ("08-camera-poe", "The software does not drive it yet"),
    ],
)
def test_a_sheet_says_what_the_program_does_not_do(sheet: str, line: str) -> None:
    assert line in (ROOT / "docs" / "drawings" / f"{sheet}.svg").read_text(encoding="utf-8")


def test_a_text_that_runs_out_is_noticed() -> None:
    sheet = DRAWINGS[0].read_text(encoding="utf-8")
    assert _beyond_the_frame(sheet.replace("its own flasher", "its own flasher " * 20)) != []

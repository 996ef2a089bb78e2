"""Windows of which nothing, or only a part, can be stated: the same sentence in both languages on the page, over HTTP,
in place of the PDF and on the command line, and never a made-up percentage.
"""

import re
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from fastapi.testclient import TestClient

from gateway.main import main
from gateway.months import freeze
from gateway.reports import main as commands
from gateway.store import Batch, IntervalRow, WindowSet
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.test_access import sign_in_by_page
from tests.integration.dashboard_api.test_police_statement import _without, words

FORMS = ("page", "json", "html", "pdf", "command")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


NOW, FIRST = ms("2026-11-09T10:00:00+08:00"), ms("2026-10-12T20:15:00+08:00")


class Asked(NamedTuple):
    """A window, and what has to be said of it in both languages."""

    camera: str
    begin: str
    end: str
    zh: str
    en: str

    def said(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@pytest.fixture
def lived(town: Town) -> Town:
    """cam-01 from 12 October on, out of service in November; cam-02 has never spoken; cam-03 has left the inventory."""
    town.fixed_ms = NOW
    for camera in ("cam-01", "cam-03"):
        town.was(camera, (FIRST, FIRST + 600_000, "down", "frozen"), (FIRST + 600_000, None, "up", None))
    out = WindowSet("out_of_service", "cam-01", ms("2026-11-06T00:00:00+08:00"), None, NOW, "li")
    town.store.record(Batch(NOW, windows=[out], intervals=[IntervalRow("cam-77", FIRST, None, "up")]))
    freeze(town.store, town.village, ms("2026-11-05T00:00:00+08:00"))
    town.village = _without(town.village, "cam-03")
    return town


Tell = Callable[[str, Asked, str], str]


@pytest.fixture
def tell(lived: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    """What one of the forms says, as text."""
    client = TestClient(lived.app())
    sign_in_by_page(lived, client, "police")
    headers = bearer(lived, client, "police")
    monkeypatch.setattr(commands, "time", SimpleNamespace(time_ns=lambda: NOW * 1_000_000))
    config, inventory = tmp_path / "gateway.yaml", tmp_path / "village.yaml"
    inventory.write_text(lived.village.model_dump_json(by_alias=True, exclude_none=True), encoding="utf-8")
    config.write_text(f"inventory: {inventory}\ndatabase: sqlite:///{tmp_path}/gateway.db\n", encoding="utf-8")

    def say(form: str, asked: Asked, lang: str) -> str:
        window = {"from": asked.begin, "to": asked.end, "lang": lang}
        if form == "page":
            return words(client.get(f"/police/statement/{asked.camera}", params=window).text)
        if form == "command":
            bounds = ("--from", asked.begin, "--to", asked.end, "--lang", lang)
            main(["statement", "--device", asked.camera, *bounds, "--config", str(config)])
            return "".join(capsys.readouterr())
        path = f"/api/v1/cameras/{asked.camera}/statement" + ("" if form == "json" else f".{form}")
        answer = client.get(path, params=window, headers=headers)
        return _pdf(answer.content, tmp_path) if answer.content.startswith(b"%PDF") else answer.text

    return say


def _pdf(body: bytes, folder: Path) -> str:
    (folder / "asked.pdf").write_bytes(body)
    done = subprocess.run(["pdftotext", "-layout", folder / "asked.pdf", "-"], capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


OCTOBER_EVENING = ("2026-10-12T21:00:00+08:00", "2026-10-12T22:00:00+08:00")
REFUSED = [
    Asked("cam-01", "2026-12-01T00:00:00+08:00", "2026-12-02T00:00:00+08:00", "这段时间还没有到来", "has not come yet"),
    Asked("cam-01", *OCTOBER_EVENING[::-1], "结束必须晚于开始", "the end must be later than the beginning"),
    Asked("cam-01", OCTOBER_EVENING[0], OCTOBER_EVENING[0], "结束必须晚于开始", "must be later than the beginning"),
    Asked(
        "cam-01", "2026-10-12T21:00:00.100+08:00", "2026-10-12T21:00:00.900+08:00", "不足一秒", "shorter than a second"
    ),
    Asked("cam-01", "2025-10-05T00:00:00+08:00", "2026-11-09T00:00:00+08:00", "一份证明最长 62 天", "62 days at most"),
    Asked(
        "cam-01",
        "2026-09-01T00:00:00+08:00",
        "2026-09-02T00:00:00+08:00",
        "cam-01 的记录从 2026-10-12T20:15:00+08:00 开始",
        "the records of cam-01 begin at 2026-10-12T20:15:00+08:00",
    ),
    Asked("cam-02", *OCTOBER_EVENING, "cam-02 从来没有过任何记录", "cam-02 has never been heard of"),
    Asked("cam-77", *OCTOBER_EVENING, "cam-77 已不在现行清单", "cam-77 is no longer in the inventory"),
    Asked("cam-99", *OCTOBER_EVENING, "本村没有编号为 cam-99 的摄像头", "there is no camera cam-99 in this village"),
]


@pytest.mark.parametrize("asked", REFUSED, ids=lambda asked: f"{asked.camera} {asked.en}")
def test_what_cannot_be_stated_is_said_in_the_same_sentence_everywhere(tell: Tell, asked: Asked) -> None:
    for form in FORMS:
        for lang in ("zh", "en"):
            told = tell(form, asked, lang)
            assert asked.said(lang) in told, (form, lang)
            assert not re.search(r"\d+\.\d{3} ?%", told), (form, lang)


def test_what_is_no_camera_has_no_sheet_but_its_seconds_on_the_command_line(tell: Tell) -> None:
    asked = Asked("wl-01", *OCTOBER_EVENING, "wl-01 不是摄像头", "wl-01 is no camera")
    assert [asked.en in tell(form, asked, "en") for form in FORMS] == [True, True, True, True, False]
    assert "wl-01 has never been heard of" in tell("command", asked, "en")


# The page and the PDF say it at length, the command line in short.
STATED = {
    "across a month's cut": (
        Asked("cam-01", "2026-10-31T23:50:00+08:00", "2026-11-01T00:10:00+08:00", "跨过月界", "reaches across months"),
        "month: 2026-11, not frozen yet, provisional",
    ),
    "across the first day": (
        Asked("cam-01", "2026-10-12T20:00:00+08:00", "2026-10-12T20:30:00+08:00", "起才有记录", "begin at 2026-10-12"),
        "no_record: nothing is stored of it",
    ),
    "without service": (
        Asked(
            "cam-01", "2026-11-07T00:00:00+08:00", "2026-11-07T01:00:00+08:00", "所以没有比率", "so there is no rate"
        ),
        "of the known time U/(U+D): -",
    ),
    "of a camera that left": (
        Asked(
            "cam-03", "2026-10-12T20:15:00+08:00", "2026-10-12T20:35:00+08:00", "已不在现行清单", "no longer in the inv"
        ),
        "down D: 600 s",
    ),
    "of one second": (
        Asked(
            "cam-01", "2026-10-12T20:24:59+08:00", "2026-10-12T20:25:00+08:00", "共 1 秒（1 秒）", "1 s (1 s) in all"
        ),
        "down D: 1 s",
    ),
    "partly to come": (
        Asked("cam-01", "2026-11-09T09:59:00+08:00", "2026-11-09T23:00:00+08:00", "还没有到来", "has not come yet"),
        "what lies in the future is left out",
    ),
}


@pytest.mark.parametrize("name", STATED)
def test_what_is_special_of_a_window_is_said_everywhere(tell: Tell, name: str) -> None:
    asked, short = STATED[name]
    # A PDF takes seconds, and is drawn from the very page that "html" is.
    for lang, forms in (("zh", ("page", "html")), ("en", ("page", "pdf"))):
        for form in forms:
            told = tell(form, asked, lang)
            assert asked.said(lang).replace(" ", "") in told.replace(" ", ""), (form, lang)
            assert bool(re.search(r"\d %", told)) == (name not in {"without service", "partly to come"}), (form, lang)
    assert short in tell("command", asked, "en")


def test_the_same_window_in_any_zone_is_the_same_statement(tell: Tell) -> None:
    """Also on the night on which clocks in Europe go back; China's do not."""
    hours = [
        ("2026-10-25T08:00:00+08:00", "2026-10-25T10:30:00+08:00"),
        ("2026-10-25T00:00:00Z", "2026-10-25T02:30:00Z"),
        ("2026-10-25T02:00:00+02:00", "2026-10-25T03:30:00+01:00"),
    ]
    for form in ("page", "json", "command"):
        told = [tell(form, Asked("cam-01", *window, "", ""), "en") for window in hours]
        hashes = {re.findall(r"[0-9a-f]{64}", text)[-1] for text in told}
        assert (form, len(hashes)) == (form, 1)
        assert all("9000" in text for text in told), form


def test_a_window_without_an_offset_is_the_village_s_on_the_page_and_refused_to_programs(tell: Tell) -> None:
    asked = Asked("cam-01", "2026-10-12T21:00:00", "2026-10-12T22:00:00", "", "")
    assert "2026-10-12 21:00:00 to 2026-10-12 22:00:00 (UTC+8)" in tell("page", asked, "en")
    assert "timezone" in tell("json", asked, "en")
    assert "is no time; write ISO 8601 with an offset" in tell("command", asked, "en")

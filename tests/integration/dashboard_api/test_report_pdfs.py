"""PDFs: drawn by a process of their own, looked into with poppler; the press; the archive."""

import hashlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard_api.errand import Stop
from dashboard_api.main import _settings
from dashboard_api.reports import press
from dashboard_api.reports.archive import Archive, write_once
from dashboard_api.reports.archivist import Archivist
from dashboard_api.reports.press import Busy, Job, Press, Unprintable, draw
from dashboard_api.reports.sheet import Sheet
from dashboard_api.web.reports import drawing
from gateway.months import freeze
from gateway.store import Batch, IntervalFill, MonthHead
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.test_access import sign_in_by_page
from tests.servers import wait_for

HOUR = 3_600_000
SMALL = Sheet("<p>hello</p>", {"a.json": "{}"})


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1000


OCTOBER, LATER = ms("2026-10-01T00:00"), ms("2026-11-09T10:00")


@pytest.fixture
def lived(town: Town) -> Town:
    town.fixed_ms, at = LATER, OCTOBER + 10 * HOUR
    town.was("cam-01", (OCTOBER, at, "up", None), (at, at + HOUR, "down", "frozen"), (at + HOUR, None, "up", None))
    town.was("cam-02", (OCTOBER, at, "unknown", None), (at, None, "up", None))
    freeze(town.store, town.village, ms("2026-11-05T00:00"))
    return town


def text_of(pdf: bytes, tmp_path: Path) -> list[str]:
    """The text of each page."""
    path = tmp_path / "looked-at.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    return said.split("\f")[:-1]


def test_a_month_as_pdf_names_revision_hash_and_page_on_each_page(
    lived: Town, resident: TestClient, tmp_path: Path
) -> None:
    resident.headers.update(bearer(lived, resident, "police"))
    answer = resident.get("/api/v1/reports/2026-10/report.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    (row,) = lived.store.months()
    pages = text_of(answer.content, tmp_path)
    for number, page in enumerate(pages, 1):
        assert row.hash in page
        assert "第 1 版" in page
        assert f"第 {number} 页，共 {len(pages)} 页" in page
    told = "".join(pages)
    for words in ("摄像头在线率月报", "数据不足", "画面静止不动 (frozen)", "1:00:00", "制表", "单位（盖章）"):
        assert words in told
    fonts = subprocess.run(["pdffonts", str(tmp_path / "looked-at.pdf")], capture_output=True, check=True).stdout
    assert b"Noto-Sans-CJK-SC" in fonts


def test_a_statement_as_pdf_brings_its_json_along(lived: Town, resident: TestClient, tmp_path: Path) -> None:
    resident.headers.update(bearer(lived, resident, "police"))
    window = {"from": "2026-10-01T09:30:00+08:00", "to": "2026-10-01T10:30:00+08:00"}
    drawn = resident.get("/api/v1/cameras/cam-01/statement", params=window).json()
    answer = resident.get("/api/v1/cameras/cam-01/statement.pdf", params={**window, "lang": "en"})
    pages = text_of(answer.content, tmp_path)
    for number, page in enumerate(pages, 1):
        assert drawn["hash"] in page
        assert f"Page {number} of {len(pages)}" in page
    for words in ("usable 30 min, not usable 30 min", "Not measured", "Police 1", "Office (stamp)"):
        assert words in "".join(pages)
    subprocess.run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(tmp_path / "looked-at.pdf")], check=True)
    attached = json.loads((tmp_path / "statement.json").read_bytes())
    assert (attached["statement"], attached["hash"]) == (drawn["statement"], drawn["hash"])


def test_a_pdf_is_asked_for_followed_and_fetched_by_who_asked_alone(lived: Town, resident: TestClient) -> None:
    mine, others = bearer(lived, resident, "police"), bearer(lived, resident, "police")
    job = resident.post("/api/v1/reports/2026-11/pdf", headers=mine)
    assert (job.status_code, job.json()["state"] in {"waiting", "drawing"}) == (202, True)
    at = f"/api/v1/report-jobs/{job.json()['id']}"
    seen: set[str] = set()

    def done() -> bool:
        told = resident.get(at, headers=mine).json()
        seen.add(told["step"])
        return bool(told["state"] == "done")

    wait_for(done, within_s=100)
    assert any(step.startswith("Step ") for step in seen)
    file = resident.get(at, headers=mine).json()["file"]
    assert resident.get(file, headers=mine).content.startswith(b"%PDF-1.7")
    assert [resident.get(path, headers=others).status_code for path in (at, file)] == [404, 404]


def told(_: str) -> None:
    pass


def test_the_same_sheet_gives_the_same_bytes() -> None:
    made = [draw(SMALL, told, Stop()) for _ in range(2)]
    assert made[0] == made[1] != b""


def test_a_page_that_would_load_something_else_gets_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    found = draw(
        Sheet(f'<p>x</p><link rel="attachment" href="{secret.as_uri()}"><img src="{secret.as_uri()}">'), told, Stop()
    )
    assert found.startswith(b"%PDF")
    assert b"hunter2" not in found


def draws_by(monkeypatch: pytest.MonkeyPatch, *command: str) -> None:
    """Another program draws."""
    monkeypatch.setattr(press, "COMMAND", command)


def test_why_it_could_not_be_drawn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    draws_by(monkeypatch, "sh", "-c", "cat >/dev/null; echo no pango here >&2; exit 3")
    with pytest.raises(Unprintable, match="no pango here"):
        draw(SMALL, told, Stop())
    draws_by(monkeypatch, "/nowhere/python")
    with pytest.raises(Unprintable, match="cannot be started"):
        draw(SMALL, told, Stop())
    draws_by(monkeypatch, "sleep", "60")
    with pytest.raises(Unprintable, match=r"signal 9: it took longer than 0\.2 s"):
        draw(SMALL, told, Stop(), within_s=0.2)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    """A press whose first job does not end."""
    draws_by(monkeypatch, "sleep", "60")
    made = Press()
    yield made
    made.close()


def test_one_is_drawn_at_once_and_few_may_wait(hanging: Press) -> None:
    jobs = [hanging.submit(Sheet(str(number)), "x.pdf", "li") for number in range(press.WAITING)]
    wait_for(lambda: jobs[0].state == "drawing", within_s=20)
    assert {job.state for job in jobs[1:]} == {"waiting"}
    with pytest.raises(Busy):
        hanging.submit(Sheet("more"), "x.pdf", "li")
    assert hanging.submit(Sheet("3"), "x.pdf", "wang") is jobs[3]
    assert jobs[3].for_ == {"li", "wang"}


def test_too_many_are_told_to_come_later(lived: Town, resident: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    draws_by(monkeypatch, "sleep", "60")
    monkeypatch.setattr(press, "WAITING", 0)
    answer = resident.post("/api/v1/reports/2026-10/pdf", headers=bearer(lived, resident, "police"))
    assert (answer.status_code, answer.json()["reason"], answer.headers["retry-after"]) == (503, "busy", "60")


def test_closing_ends_what_is_being_drawn(hanging: Press) -> None:
    job = hanging.submit(SMALL, "x.pdf", "li")
    wait_for(lambda: job.state == "drawing", within_s=20)
    began = time.monotonic()
    hanging.close()
    assert time.monotonic() - began < 30
    assert job.state == "failed"


def test_what_is_over_is_forgotten_by_and_by(monkeypatch: pytest.MonkeyPatch) -> None:
    draws_by(monkeypatch, "sh", "-c", "head -c 5; cat >/dev/null")
    monkeypatch.setattr(press, "KEPT", 2)
    made = Press()
    jobs: list[Job] = [made.submit(Sheet(str(number)), "x.pdf", "li") for number in range(4)]
    assert all(job.over.wait(30) for job in jobs)
    made.close()
    assert [made.job(job.number) is not None for job in jobs] == [False, False, True, True]


HEAD = MonthHead("2026-10", 1, 0, "a" * 64)
Made = dict[tuple[str, str], Callable[[], bytes]]


def test_the_archive_keeps_files_and_never_writes_one_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "reports", "v-01")
    archive.keep(HEAD, {("zh", "csv"): lambda: b"one", ("en", "csv"): lambda: b"two"})
    assert archive.complete(HEAD)
    assert [(kept.name, kept.size) for kept in archive.files("2026-10", 1)] == [
        ("v-01-2026-10-r1.zh.csv", 3),
        ("v-01-2026-10-r1.en.csv", 3),
    ]
    write_once(tmp_path / "reports" / "2026-10" / "v-01-2026-10-r1.zh.csv", b"other")
    assert archive.read("2026-10", 1, "zh", "csv") == b"one"
    assert archive.read("2026-10", 2, "zh", "csv") is None
    folder = tmp_path / "reports" / "2026-10"
    subprocess.run(["sha256sum", "--check", "v-01-2026-10-r1.sha256"], cwd=folder, check=True)


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "v-01")
    archive.keep(HEAD, {("zh", "csv"): lambda: b"one"})
    (tmp_path / "2026-10" / "v-01-2026-10-r1.zh.csv").write_bytes(b"two")
    assert archive.read("2026-10", 1, "zh", "csv") is None


def test_an_archive_that_was_interrupted_is_made_whole(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "v-01")

    def fails() -> bytes:
        raise Unprintable("no pango")

    with pytest.raises(Unprintable):
        archive.keep(HEAD, {("zh", "csv"): lambda: b"one", ("zh", "pdf"): fails})
    assert (archive.complete(HEAD), archive.files("2026-10", 1)) == (False, [])
    archive.keep(HEAD, {("zh", "csv"): lambda: b"never", ("zh", "pdf"): lambda: b"pdf"})
    assert [archive.read("2026-10", 1, "zh", form) for form in ("csv", "pdf")] == [b"one", b"pdf"]
    assert not list(tmp_path.rglob(".new-*"))


def archivist(town: Town, archive: Archive) -> Archivist:
    desk: Any = town.app().state.desk
    return Archivist(town.store, archive, lambda head, stop: drawing.making(desk, head, stop), look_s=0.1)


def test_each_revision_gets_its_files_and_a_later_one_adds_its_own(
    lived: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws_by(monkeypatch, "sh", "-c", "cat >/dev/null; echo a pdf")
    archive = Archive(tmp_path / "reports", lived.village.id)
    keeper = archivist(lived, archive)
    keeper.once()
    first = {path: path.read_bytes() for path in sorted((tmp_path / "reports").rglob("*.*")) if path.is_file()}
    assert [path.name.removeprefix("example-2026-10-r1.") for path in first] == [
        *("en.csv", "en.pdf", "en.xlsx", "sha256", "zh.csv", "zh.pdf", "zh.xlsx"),
    ]
    late = IntervalFill("cam-02", OCTOBER + HOUR, OCTOBER + 2 * HOUR, "down", "black")
    lived.store.record(Batch(LATER, intervals=[late]))
    freeze(lived.store, lived.village, LATER)
    keeper.once()
    assert len(archive.files("2026-10", 2)) == 6
    assert {path: path.read_bytes() for path in first} == first


def test_the_pages_keep_the_archive_by_themselves_and_give_its_files_out(
    lived: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws_by(monkeypatch, "sh", "-c", "cat >/dev/null; echo a pdf")
    lived.settings = lived.settings.model_copy(update={"archive": tmp_path / "reports"})
    with TestClient(lived.app()) as client:
        client.headers.update(bearer(lived, client, "police"))

        def kept() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = client.get("/api/v1/reports").json()["items"][1]["revisions"][0]["files"]
            return found

        wait_for(lambda: len(kept()) == 6, within_s=60)
        for file in kept():
            how = {"lang": file["lang"], "revision": 1}
            body = client.get(f"/api/v1/reports/2026-10/report.{file['format']}", params=how).content
            assert hashlib.sha256(body).hexdigest() == file["sha256"]
        assert client.get("/api/v1/reports/2026-10/report.pdf").content == b"a pdf\n"


def test_a_folder_that_cannot_be_written_is_said_and_ends_nothing(
    lived: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    archivist(lived, Archive(tmp_path / "file" / "reports", "v-01")).once()
    assert "a month's files cannot be kept" in capsys.readouterr().out


WHERE = [
    ("database: sqlite:///state/gateway.db\n", "state/reports"),
    ("database: postgresql+psycopg://vsm@db.example/vsm\n", "reports"),
    ("database: sqlite:///state/gateway.db\narchive: kept\n", "kept"),
]


@pytest.mark.parametrize(("lines", "folder"), WHERE)
def test_the_archive_lies_beside_the_database_or_where_it_is_said_to(tmp_path: Path, lines: str, folder: str) -> None:
    path = tmp_path / "dashboard_api.yaml"
    path.write_text(f"inventory: village.yaml\n{lines}", encoding="utf-8")
    assert _settings(path).archive == tmp_path / folder


def browsing(town: Town, client: TestClient) -> TestClient:
    sign_in_by_page(town, client, "police")
    client.get("/?lang=en")
    return client


def test_a_page_shows_how_far_a_pdf_is_with_scripts_and_without(lived: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    draws_by(monkeypatch, "sh", "-c", "cat >/dev/null; echo Step 5 - Creating layout - Page 12 >&2; exec sleep 60")
    with TestClient(lived.app()) as client:
        page = browsing(lived, client).get("/police/month/2026-10/pdf?revision=1")
        at = page.request.url.raw_path.decode()
        wait_for(lambda: "Step 5 of 7, page 12" in client.get(at).text, within_s=30)
        page = client.get(at)
        assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text
        assert 'value="5"' in page.text
        part = client.get(at, headers={"HX-Request": "true"}).text
        assert part.startswith('<section id="paper"')
        assert 'hx-trigger="every 1s"' in part


def test_a_pdf_that_is_done_can_be_opened_from_its_page(lived: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    draws_by(monkeypatch, "sh", "-c", "cat >/dev/null; echo a pdf")
    with TestClient(lived.app()) as client:
        at = browsing(lived, client).get("/police/month/2026-11/pdf").request.url.raw_path.decode()
        wait_for(lambda: "Open the PDF" in client.get(at).text, within_s=30)
        page = client.get(at).text
        assert ("refresh" in page, "every 1s" in page) == (False, False)
        file = page.split('/file"')[0].rsplit('"', 1)[1] + "/file"
        assert client.get(file).content == b"a pdf\n"
        assert client.get(f"/police/papers/{'0' * 32}?month=2026-11").status_code == 404


def test_a_pdf_that_cannot_be_drawn_is_said_with_its_reason(lived: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    draws_by(monkeypatch, "sh", "-c", "cat >/dev/null; echo no pango here >&2; exit 3")
    with TestClient(lived.app()) as client:
        at = browsing(lived, client).get("/police/month/2026-10/pdf").request.url.raw_path.decode()
        wait_for(lambda: "no pango here" in client.get(at).text, within_s=30)
        assert "Try again" in client.get(at).text

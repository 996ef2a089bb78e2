"""``python -m dashboard_api.reports.main``: a page from standard input becomes a PDF on standard output.

A process of its own, because drawing a thousand cameras takes many seconds and much memory, and the pages must go on
meanwhile. It reads nothing but its input, the style sheet and fonts. Each step is a line on standard error.
"""

import hashlib
import logging
import os
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from weasyprint import HTML, Attachment
from weasyprint.urls import URLFetcher, URLFetcherResponse

from dashboard_api.reports.sheet import Sheet

# A thousand cameras take half of it; a gateway's box has four.
MOST_BYTES = 1 << 30
STATIC = Path(__file__).parents[1] / "web" / "static"
BASE = "http://report"
STYLE = f"{BASE}/static/report.css"


class Shelf(URLFetcher):
    """The style sheet, and nothing else in the world."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002  # as the base class has it
        """Raises ValueError for any other address."""
        if url.partition("?")[0] != STYLE:
            raise ValueError(f"a report loads nothing but its style sheet, not {url}")
        return URLFetcherResponse(url, (STATIC / "report.css").read_bytes(), {"Content-Type": "text/css"})


class Steps(logging.Handler):
    """WeasyPrint's steps, as lines that :mod:`dashboard_api.reports.press` understands."""

    def emit(self, record: logging.LogRecord) -> None:
        """One step."""
        print(record.getMessage(), file=sys.stderr, flush=True)


def drawn(sheet: Sheet) -> bytes:
    """The PDF of a sheet. The same sheet gives the same bytes."""
    at = datetime.fromtimestamp(sheet.at_ms / 1000, UTC)
    attached = [Attachment(string=text, name=name, created=at, modified=at) for name, text in sheet.attached.items()]
    page = HTML(string=sheet.html, base_url=f"{BASE}/", url_fetcher=Shelf())
    identifier = hashlib.sha256(sheet.html.encode()).digest()
    made = page.write_pdf(attachments=attached, pdf_identifier=identifier, pdf_version="1.7")
    assert isinstance(made, bytes)  # noqa: S101  # without a target it returns them
    return made


def main() -> int:
    """0 = done; anything else = it could not be drawn, and standard error says why."""
    os.nice(10)  # pages and alerts go first
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    logging.getLogger("weasyprint.progress").addHandler(Steps())
    logging.getLogger("weasyprint.progress").setLevel(logging.INFO)
    sheet = msgspec.json.decode(sys.stdin.buffer.read(), type=Sheet)
    sys.stdout.buffer.write(drawn(sheet))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

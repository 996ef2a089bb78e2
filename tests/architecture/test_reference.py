"""Every setting, fault code, topic and route is documented: the pages are made from the code, and compared with it."""

import os
import subprocess
import sys
from pathlib import Path


def _compare(root: Path, pages: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "scripts" / "reference.py"), "--check", "--pages", str(pages)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_the_reference_pages_are_those_of_the_code(root: Path) -> None:
    compared = _compare(root, root / "docs")
    assert compared.returncode == 0, compared.stdout + compared.stderr


def test_a_page_that_lacks_a_row_is_reported(root: Path, tmp_path: Path) -> None:
    for page in (root / "docs").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        (tmp_path / page.name).write_text(text.replace("| `dark` |", "| `dim` |"), encoding="utf-8")
    compared = _compare(root, tmp_path)
    assert compared.returncode == 1
    assert "faults.md is out of date" in compared.stdout

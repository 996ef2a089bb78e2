"""Programs from npm that tests run, each as its lock says, fetched once."""

import shutil
import subprocess
from pathlib import Path

from tests.conftest import SYSTEM_PATH, missing


def installed(into: Path, lock: Path, what: str) -> Path:
    """The folder in which ``package.json`` and ``package-lock.json`` of the folder ``lock`` are installed; skips the
    test where ``what`` cannot be had.
    """
    npm = shutil.which("npm", path=SYSTEM_PATH)
    if npm is None or shutil.which("node", path=SYSTEM_PATH) is None:
        missing("npm is")
    wanted, mark = (lock / "package-lock.json").read_bytes(), into / "installed.json"
    if not mark.exists() or mark.read_bytes() != wanted:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(lock / name, into)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run([npm, "ci", *quiet], cwd=into, capture_output=True, text=True, check=False)
        if done.returncode:
            missing(f"{what} cannot be had ({done.stderr.strip()[-300:]}) and is")
        mark.write_bytes(wanted)
    return into

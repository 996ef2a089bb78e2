import socket
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest


def test_a_unit_test_may_not_sleep() -> None:
    with pytest.raises(AssertionError, match=r"time\.sleep"):
        time.sleep(0)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX])
def test_a_unit_test_may_not_reach_a_socket(family: socket.AddressFamily) -> None:
    address = ("127.0.0.1", 9) if family == socket.AF_INET else "nobody.sock"
    with socket.socket(family) as sock, pytest.raises(AssertionError, match=r"socket\.connect"):
        sock.connect(address)


def test_a_unit_test_may_not_start_a_process() -> None:
    with pytest.raises(AssertionError, match="subprocess"):
        subprocess.run(["true"], check=True)


def test_a_unit_test_may_not_write_outside_its_folder(outside: Path) -> None:
    with pytest.raises(AssertionError, match="writing"):
        outside.write_text("x", encoding="utf-8")
    with pytest.raises(AssertionError, match="sqlite3"):
        sqlite3.connect(outside)


def test_a_unit_test_may_write_in_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "inventory.yaml").write_text("village: {}\n", encoding="utf-8")
    assert (tmp_path / "inventory.yaml").read_text(encoding="utf-8") == "village: {}\n"

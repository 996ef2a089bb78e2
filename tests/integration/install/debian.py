"""A whole Debian, made by debootstrap and booted by systemd-nspawn: its own systemd, its own network."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

SYSTEM_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
INSIDE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
PROGRAMS = ("debootstrap", "systemd-nspawn", "nsenter")


def refuse(reason: str) -> None:
    """Skip, or fail where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def suite_and_mirror() -> tuple[str, str]:
    """This machine's Debian release, and where its apt gets it from."""
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines() if "=" in line
    )
    suite = release.get("VERSION_CODENAME", "").strip('"')
    ask = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"]
    said = subprocess.run(ask, capture_output=True, text=True, check=False).stdout
    mirrors = [line.split()[0] for line in said.splitlines() if line.split()[1:] == [suite]]
    if not mirrors:
        refuse("apt has no lists of this Debian (apt-get update)")
    return suite, mirrors[0]


class Box:
    """One machine in the folder ``tree``; ``shared`` are folders of this machine, read-only at their names inside."""

    def __init__(self, tree: Path, shared: dict[str, Path]) -> None:
        self.tree = tree
        self._binds = [f"--bind-ro={here}:{there}" for there, here in shared.items()]
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, tree: Path, shared: dict[str, Path]) -> "Box":
        """Debian without any of the project's packages."""
        if os.geteuid() or any(shutil.which(name, path=SYSTEM_PATH) is None for name in PROGRAMS):
            refuse("needs root, debootstrap and systemd-container (scripts/test installs them as root on Debian)")
        suite, mirror = suite_and_mirror()
        packages = "--include=systemd,systemd-sysv,dbus,python3"
        command = ["debootstrap", "--variant=minbase", packages, suite, str(tree), mirror]
        said = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": SYSTEM_PATH}
        )
        if said.returncode:
            refuse(f"debootstrap failed: {said.stdout[-2000:]}")
        (tree / "etc" / "hosts").write_text("127.0.0.1 localhost\n", encoding="utf-8")
        return cls(tree, shared)

    def before_boot(self, *command: str) -> str:
        """Run with this machine's network, before there is a systemd."""
        return self._said([*self._nspawn(), *command])

    def boot(self) -> None:
        """Start it; ends when systemd has started everything."""
        with (self.tree.parent / "console.log").open("wb") as console:
            self._process = subprocess.Popen(
                [*self._nspawn(), "--private-network", "--boot"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 300
        while self.run("systemctl", "is-system-running")[1].strip() not in {"running", "degraded"}:
            assert self._process.poll() is None, (self.tree.parent / "console.log").read_text(errors="replace")
            assert time.monotonic() < deadline, "the box does not come up"
            time.sleep(0.5)

    def run(self, *command: str) -> tuple[int, str]:
        """Run inside; status and all output."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text(encoding="ascii")
        if not children:
            return 1, ""
        enter = ["nsenter", "-t", children.split()[0], "-m", "-u", "-i", "-n", "-p", "--", *command]
        said = subprocess.run(
            enter, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=INSIDE, timeout=900
        )
        return said.returncode, said.stdout

    def ok(self, *command: str) -> str:
        """Run inside; it must succeed."""
        status, said = self.run(*command)
        assert status == 0, said
        return said

    def power_off(self) -> None:
        """Shut down."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def _nspawn(self) -> list[str]:
        return ["systemd-nspawn", "--register=no", "--keep-unit", "--quiet", f"--directory={self.tree}", *self._binds]

    @staticmethod
    def _said(command: list[str]) -> str:
        said = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=900,
        )
        assert said.returncode == 0, said.stdout
        return said.stdout

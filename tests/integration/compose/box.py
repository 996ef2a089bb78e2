"""Containers by hand, for machines without an engine.

Each service of docker-compose.yml runs as its own user, without powers, on a read-only root of its own, with the
volumes, the temporary folders and the environment that the file gives it. The programs are those of this machine, not
those of the images.
"""

import contextlib
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.integration.compose.composefile import Stage, read_env

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# docker makes a new volume with the owner its folder has in the image; these are those of the images of others.
OWNERS = {"/var/lib/influxdb2": 1000}
# Beside `docker run --tmpfs`.
TMPFS = "nosuid,nodev,noexec"


def possible() -> str:
    """Empty, or why not."""
    if os.geteuid() != 0:
        return "containers by hand need root"
    said = subprocess.run(["unshare", "--net", "--mount", "ip", "link"], capture_output=True, text=True, check=False)
    return said.stderr.strip() and f"no namespaces here: {said.stderr.strip()}"


@dataclass
class Service:
    """One container: what the compose file and the Dockerfile say of it, and its process."""

    name: str
    said: dict[str, Any]
    stage: Stage
    root: Path
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    extra: dict[str, Path] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        given: dict[str, str] = {}
        for file in self.said.get("env_file", []):
            given |= read_env(Path(file))
        return {"PATH": PATH, "HOME": "/", **self.stage.env, **given, **self.said.get("environment", {})}

    @property
    def health(self) -> list[str]:
        test = self.said.get("healthcheck", {}).get("test")
        return list(test[1:] if test else self.stage.health)

    def inside(self, command: list[str]) -> list[str]:
        """``command`` in this root, as this user, with the powers the file leaves it."""
        user, group = (self.said.get("user") or self.stage.user).split(":")
        powers = "".join(f",+{power.lower()}" for power in self.said.get("cap_add", ()))
        become = [f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
        values = [f"{name}={value}" for name, value in self.env.items()]
        strip = ["setpriv", *become, f"--bounding-set=-all{powers}"]
        return ["chroot", str(self.root), *strip, "env", "-i", *values, *command]


class Box:
    """A machine of its own: its network is a namespace, its volumes lie in ``folder``."""

    def __init__(self, folder: Path, project: Path, services: dict[str, Any], stages: dict[str, Stage]) -> None:
        self._folder, self._project, self._services, self._stages = folder, project, services, stages
        script = "ip link set lo up && echo up && exec sleep 3600"
        self._net = subprocess.Popen(["unshare", "--net", "sh", "-c", script], stdout=subprocess.PIPE)
        assert self._net.stdout
        assert self._net.stdout.readline() == b"up\n"
        self.running: dict[str, Service] = {}

    def service(self, name: str, command: list[str] | None = None, extra: dict[str, Path] | None = None) -> Service:
        """``command``: instead of what the image starts; ``extra``: files of this machine it needs."""
        said = self._services[name]
        stage = self._stages[said["build"]["target"]] if "build" in said else Stage(said["image"])
        root = self._folder / "roots" / name
        root.mkdir(parents=True, exist_ok=True)
        begin = said.get("entrypoint", stage.entrypoint) if command is None else []
        return Service(
            name, said, stage, root, [*begin, *(command or said.get("command", stage.command))], extra=extra or {}
        )

    def start(self, service: Service) -> Service:
        """Begin; its output goes to ``NAME.log``."""
        script = "\n".join([*self._mounts(service), "exec " + shlex.join(service.inside(service.command))])
        space = ["nsenter", f"--net=/proc/{self._net.pid}/ns/net", "unshare", "--mount", "--propagation", "private"]
        with self.log(service.name).open("ab") as log:
            service.process = subprocess.Popen([*space, "sh", "-euc", script], stdout=log, stderr=log)
        self.running[service.name] = service
        return service

    def exec(self, service: Service, command: list[str]) -> subprocess.CompletedProcess[str]:
        """As `docker exec`: in the namespaces of the running container."""
        assert service.process
        enter = ["nsenter", f"--target={service.process.pid}", "--mount", "--net"]
        return subprocess.run(
            [*enter, *service.inside(command)], capture_output=True, text=True, check=False, timeout=60
        )

    def healthy(self, service: Service) -> bool:
        """What its health check says now."""
        return self.exec(service, service.health).returncode == 0

    def becomes_healthy(self, service: Service, within_s: float = 60) -> None:
        until = time.monotonic() + within_s
        while not self.healthy(service):
            assert service.process
            assert service.process.poll() is None, self.log(service.name).read_text()
            assert time.monotonic() < until, self.log(service.name).read_text()
            time.sleep(0.2)

    def log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def volume(self, name: str) -> Path:
        return self._folder / "volumes" / name

    def close(self) -> None:
        for service in self.running.values():
            if service.process and service.process.poll() is None:
                service.process.kill()
                service.process.wait()
        self._net.kill()
        self._net.wait()
        assert self._net.stdout
        self._net.stdout.close()

    def _mounts(self, service: Service) -> Iterator[str]:
        """A root of its own, in shell: the machine's programs to read, the container's folders, and nothing else."""
        root = service.root
        yield f"mount -t tmpfs -o mode=0755 root {root}"
        yield f"cd {root}; mkdir -p etc proc dev tmp run var/lib venv; mount --rbind /proc proc; mount --rbind /dev dev"
        yield "for top in usr bin sbin lib lib64; do if [ -L /$top ]; then cp -P /$top .; elif [ -d /$top ]; then"
        yield "mkdir $top; mount --bind /$top $top; mount -o remount,bind,ro $top; fi; done"
        yield "cp /etc/ld.so.cache etc/; echo '127.0.0.1 localhost mosquitto influxdb gateway' > etc/hosts"
        # Before the project, which may itself lie in a folder for temporary files.
        for place, _, options in (one.partition(":") for one in service.said.get("tmpfs", ())):
            yield f"mkdir -p ./{place}; mount -t tmpfs -o {TMPFS},{options or 'mode=1777'} tmp ./{place}"
        for path in (self._project, Path(sys.base_prefix)):
            if not path.is_relative_to("/usr"):
                yield self._bind(path, path, read_only=True)
        for name in ("gateway", "api"):
            yield f"ln -s {Path(sys.prefix)} venv/{name}"
        for target, source in service.extra.items():
            yield self._bind(source, Path(target), read_only=True)
        yield from self._volumes(service)
        if service.said.get("read_only"):
            yield f"mount -o remount,ro {root}; cd /"

    def _volumes(self, service: Service) -> Iterator[str]:
        for source, target, *mode in (volume.split(":") for volume in service.said.get("volumes", ())):
            place = Path(source) if source.startswith("/") else self.volume(source)
            if not place.exists():
                place.mkdir(parents=True)
                owner = self._owner(target)
                os.chown(place, owner, owner)
            yield self._bind(place, Path(target), read_only=mode == ["ro"])

    def _owner(self, target: str) -> int:
        """Of our own image by the Dockerfile's word."""
        made = re.search(r"install -d -o (\d+) .*", " ".join(self._stages["run"].runs))
        assert made
        return int(made[1]) if target in made[0].split() else OWNERS.get(target, 0)

    def _bind(self, source: Path, target: Path, *, read_only: bool) -> str:
        make = f"mkdir -p .{target}" if source.is_dir() else f"mkdir -p .{target.parent}; touch .{target}"
        lock = f"; mount -o remount,bind,ro .{target}" if read_only else ""
        return f"{make}; mount --bind {source} .{target}{lock}"


@contextlib.contextmanager
def opened(folder: Path, project: Path, services: dict[str, Any], stages: dict[str, Stage]) -> Iterator[Box]:
    box = Box(folder, project, services, stages)
    try:
        yield box
    finally:
        box.close()

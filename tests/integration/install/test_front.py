"""The public front's installer on an empty tree, what is generated for it, and its web servers, which keep secrets."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.settings import load_settings
from dashboard_api.front.settings import FrontSettings
from dashboard_api.settings import Settings
from firmware_config.main import main as firmware_config
from gateway.settings import GatewaySettings
from tests.integration.install.conftest import EXAMPLE
from tests.integration.install.debian import refuse

Generated = Callable[..., int]
Install = Callable[..., subprocess.CompletedProcess[str]]
FRONT = ("--public-url", "https://village.example", "--front")


@pytest.fixture
def generate(root: Path, tmp_path: Path) -> Generated:
    def run(*more: str) -> int:
        return firmware_config(["generate", str(root / EXAMPLE), "--out", str(tmp_path / "site"), *more])

    return run


@pytest.fixture
def site(generate: Generated, tmp_path: Path) -> Path:
    assert generate(*FRONT) == 0
    return tmp_path / "site"


@pytest.fixture
def install(root: Path, site: Path, tmp_path: Path) -> Install:
    """Runs the installer on a tree, without the Python packages."""

    def run(*more: str, where: Path = site) -> subprocess.CompletedProcess[str]:
        command = [str(root / "scripts/install-front"), str(where), "--root", str(tmp_path / "tree"), "--skip"]
        return subprocess.run([*command, "venv", *more], cwd="/", capture_output=True, text=True, check=False)

    return run


def environment(site: Path, *names: str) -> dict[str, str]:
    """Of the generated files, as on this machine."""
    lines = [line for name in names for line in (site / name).read_text(encoding="utf-8").splitlines()]
    pairs = (line.split("=", 1) for line in lines if line.startswith("VSM_"))
    return {name: value.replace("/etc/vsm", str(site)) for name, value in pairs}


def test_box_and_front_have_one_key_which_stands_in_no_file_for_everybody(site: Path) -> None:
    front = load_settings(FrontSettings, site / "front/front.yaml", environment(site, "front/front.env"))
    box = load_settings(Settings, site / "gateway/dashboard_api.yaml", environment(site, "gateway/front.env"))
    assert box.front is not None
    assert front.key == box.front.key
    assert front.public_url == box.front.url == box.people_url == "https://village.example"
    key = front.key.get_secret_value()
    open_to_all = [path for path in site.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert not [path for path in open_to_all if key in path.read_text(encoding="utf-8", errors="ignore")]


def test_the_staff_open_the_box_itself_and_letters_name_the_front(site: Path) -> None:
    env = environment(site, "gateway/front.env", "gateway/links.env")
    box = load_settings(Settings, site / "gateway/dashboard_api.yaml", env)
    dispatch = load_settings(GatewaySettings, site / "gateway/gateway.yaml", env).dispatch
    assert (box.address, box.host, box.secure) == ("http://vsm-gateway:8080", "0.0.0.0", False)  # noqa: S104  # of the village's own network
    assert (dispatch.public_url, dispatch.page_url) == ("https://village.example", "http://vsm-gateway:8080")


def test_a_new_key_of_the_front_changes_nothing_else(generate: Generated, site: Path) -> None:
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert generate(*FRONT) == 0
    assert {path for path in before if path.read_bytes() != before[path]} == set()
    assert generate(*FRONT, "--new-front-key") == 0
    changed = {str(path.relative_to(site)) for path in before if path.read_bytes() != before[path]}
    assert changed == {"front.env", "front/.env", "front/secrets/key", "gateway/secrets/front-key"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--front",), "--front needs --public-url https://"),
        ((*FRONT[:1], "http://village.example", "--front"), "--front needs --public-url https://"),
        (("--new-front-key",), "--new-front-key needs --front"),
        (FRONT[:2], "has a public front, and without --front nobody would tell it anything"),
    ],
)
def test_a_wrong_order_says_what_to_do(
    generate: Generated, site: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert site.is_dir()
    assert generate(*options) == 1
    assert words in capsys.readouterr().err


def test_a_second_run_changes_nothing_and_a_dry_one_touches_nothing(install: Install, tmp_path: Path) -> None:
    dry = install("--dry-run")
    assert (dry.returncode, (tmp_path / "tree").exists()) == (0, False), dry.stderr
    assert "would: files: /etc/vsm/front/secrets/key (vsm, 600)" in dry.stdout
    first = install()
    assert first.returncode == 0, first.stderr
    assert "done: nothing had to be changed" in install().stdout


def test_a_new_key_reaches_the_machine(install: Install, generate: Generated, tmp_path: Path) -> None:
    install()
    assert generate(*FRONT, "--new-front-key") == 0
    assert "files: /etc/vsm/front/secrets/key (vsm, 600)" in install().stdout
    keys = [tmp_path / "tree/etc/vsm/front/secrets/key", tmp_path / "site/gateway/secrets/front-key"]
    assert keys[0].read_bytes() == keys[1].read_bytes()


def test_it_needs_its_own_folders_alone(install: Install, site: Path, tmp_path: Path) -> None:
    for part in ("front", "systemd", "machine"):
        shutil.copytree(site / part, tmp_path / "stick" / part)
    assert install(where=tmp_path / "stick").returncode == 0
    assert [path.name for path in (tmp_path / "tree/etc/vsm").iterdir()] == ["front"]


def test_another_sites_web_server_is_left_alone(install: Install, tmp_path: Path) -> None:
    other = tmp_path / "tree/etc/caddy/Caddyfile"
    other.parent.mkdir(parents=True)
    other.write_text("shop.example {\n}\n", encoding="utf-8")
    said = install()
    assert (said.returncode, "serves something else: nothing was touched" in said.stderr) == (1, True)
    assert not (tmp_path / "tree/etc/vsm").exists()
    assert install("--skip", "venv,web").returncode == 0
    assert other.read_text(encoding="utf-8") == "shop.example {\n}\n"


def test_a_folder_without_a_front_is_refused_with_the_command_that_makes_one(install: Install, tmp_path: Path) -> None:
    said = install(where=tmp_path)
    assert (said.returncode, "--public-url https://NAME --front" in said.stderr) == (1, True)


@pytest.fixture
def free() -> Callable[[], int]:
    def port() -> int:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            return int(probe.getsockname()[1])

    return port


@contextlib.contextmanager
def runs(command: list[str], port: int, log: Path, home: Path) -> Iterator[None]:
    """A web server, until it has been asked."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(home), "XDG_DATA_HOME": str(home)}
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield
        process.terminate()
        process.wait(20)


def asked(port: int, path: str) -> str:
    """The status line of an answer over plain TCP."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\nHost: village.example\r\n\r\n".encode())
        return line.recv(4096).decode().splitlines()[0]


def program(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/usr/bin")
    if found is None:
        refuse(f"{name} is not installed (scripts/test installs it as root on Debian)")
    return str(found)


@pytest.mark.parametrize("careful", [True, False])
def test_caddy_logs_no_link_when_the_front_is_away(
    site: Path, tmp_path: Path, free: Callable[[], int], careful: bool
) -> None:
    port, away = free(), free()
    text = (site / "front/Caddyfile").read_text(encoding="utf-8")
    text = text.replace("village.example {", f"http://village.example:{port} {{").replace(":8080", f":{away}")
    if not careful:
        text = text.replace("request delete", "nothing delete")
    (tmp_path / "Caddyfile").write_text(text, encoding="utf-8")
    command = [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
    with runs(command, port, tmp_path / "log", tmp_path):
        assert " 502 " in asked(port, "/a/a-secret-link")
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "connection refused" in log
    assert ("a-secret-link" in log) is not careful


@pytest.mark.parametrize("careful", [True, False])
def test_nginx_logs_no_link_when_the_front_is_away(
    site: Path, tmp_path: Path, free: Callable[[], int], careful: bool
) -> None:
    port, away = free(), free()
    text = (site / "front/nginx.conf").read_text(encoding="utf-8").replace(":8080", f":{away}")
    lines = [line for line in text.splitlines() if "listen [::]" not in line and "ssl_certificate" not in line]
    text = "\n".join(lines).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    text = text.replace("listen 80", f"listen 127.0.0.1:{free()}")
    if not careful:
        text = text.replace("error_log /dev/null;", "")
    log = tmp_path / "log"
    whole = f"daemon off; pid {tmp_path}/pid; error_log {log};\nevents {{}}\nhttp {{\naccess_log {log};\n{text}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [program("nginx"), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    with runs(command, port, tmp_path / "out", tmp_path):
        assert " 502 " in asked(port, "/a/a-secret-link")
    assert ("a-secret-link" in log.read_text(encoding="utf-8")) is not careful

"""The process as it is started: settings, check, invitation, a clean stop."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard_api.main import main
from gateway.dispatch.links import sign
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.people import account


@pytest.fixture
def config(tmp_path: Path, root: Path, town: Town) -> Path:
    assert town.village.id == "example"
    inventory = root / "firmware_config" / "villages" / "three-junctions.yaml"
    path = tmp_path / "dashboard_api.yaml"
    path.write_text(json.dumps({"inventory": str(inventory), "database": "sqlite:///gateway.db", "port": 8099}))
    return path


def test_it_starts_says_where_and_stops_cleanly(config: Path) -> None:
    environment = {"PATH": os.environ.get("PATH", ""), "VSM_PORT": "0"}
    command = [sys.executable, "-m", "dashboard_api", "--config", str(config)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"port=(\d+)", process.stdout.readline())
        assert found
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=5) as line:
            line.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(15) == b"HTTP/1.1 200 OK"
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0


def test_a_link_in_a_message_is_never_logged(config: Path, town: Town) -> None:
    """Right or wrong, looked at or used: whoever reads the log could use it."""
    fault, now = town.breaks("cam-01", "frozen"), town.now_ms()
    token = sign(b"k" * 32, fault.id, "wang", 0, now, now + 60_000)
    environment = {"PATH": os.environ.get("PATH", ""), "VSM_PORT": "0", "VSM_LINK_KEY": "k" * 32}
    command = [sys.executable, "-m", "dashboard_api", "--config", str(config)]
    out, err = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, env=environment, stdout=out, stderr=err, text=True) as process:
        assert process.stdout
        found = re.search(r"port=(\d+)", process.stdout.readline())
        assert found
        line = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        for method, path, status in (("GET", token, 200), ("POST", token, 202), ("GET", token[:-4], 404)):
            line.request(method, f"/a/{path}")
            answer = line.getresponse()
            assert (answer.status, bool(answer.read())) == (status, True)
        line.close()
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=20)
    assert token[:20] not in said


@pytest.mark.usefixtures("town")
def test_an_invitation_prints_a_link_that_works(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite", "--config", str(config), "--role", "police"]) == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8099/sign-in/[\w-]{43}\n", capsys.readouterr().out)


def test_links_begin_with_the_address_people_use(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VSM_PUBLIC_URL", "https://village.example/")
    main(["invite", "--config", str(config), "--role", "admin", "--hours", "2"])
    assert capsys.readouterr().out.startswith("https://village.example/sign-in/")


@pytest.mark.parametrize("wrong", [["--role", "mayor"], ["--role", "police", "--hours", "0"]])
def test_an_invitation_that_cannot_be_is_refused(config: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["invite", "--config", str(config), *wrong])
    assert stopped.value.code == 2


def test_check_says_what_would_be_reached(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(config), "--check"]) == 0
    said = capsys.readouterr().out
    assert "3 junctions" in said
    assert "database   ok" in said


def test_check_fails_without_a_database(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VSM_DATABASE", "sqlite:///none/x.db")
    assert main(["--config", str(config), "--check"]) == 1
    assert "database   failed" in capsys.readouterr().out


def test_every_mistake_of_the_settings_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("inventory: x.yaml\ndatabase: ''\nport: 99999\npublic_url: village\nwidth: 3\n")
    assert main(["--config", str(path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in said] == ["database", "port", "public_url", "width"]


def test_a_port_that_is_taken_is_said(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("VSM_PORT", str(taken.getsockname()[1]))
        assert main(["--config", str(config)]) == 1
    assert "cannot listen" in capsys.readouterr().err


def test_a_set_up_link_is_printed_while_nobody_manages_the_village(config: Path, town: Town) -> None:
    environment = {"PATH": os.environ.get("PATH", ""), "VSM_PORT": "0"}
    command = [sys.executable, "-m", "dashboard_api", "--config", str(config)]

    def starts() -> str:
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            found = re.search(r"port=(\d+)", process.stdout.readline())
            assert found
            with socket.create_connection(("127.0.0.1", int(found[1])), timeout=10) as line:
                line.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert line.recv(8) == b"HTTP/1.1"
                process.send_signal(signal.SIGTERM)
            return process.stdout.read()

    first, second = starts(), starts()
    links = [re.search(r"/sign-in/(\S+)", said) for said in (first, second)]
    assert links[0]
    assert links[1]
    assert links[0][1] != links[1][1]
    account(town, "chief", "admin")
    assert "/sign-in/" not in starts()

"""Small parts of the edge process: secrets, pin factories, systemd's socket, the wall clock's quality."""

import socket
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from contracts.settings import BrokerSettings
from contracts.yamlfile import InputErrors
from edge import pins, settings
from edge.sdnotify import notifier
from edge.timequality import quality
from edge.wake import Wake


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("user:hush\n", encoding="utf-8")
    secret = settings.secrets_of({"VSM_SECRET_CAM_01": "a:b", "VSM_SECRET_CAM_02_FILE": str(file)})
    assert [secret(name) for name in ("cam-01", "cam-02", "cam-03")] == ["a:b", "user:hush", None]


def test_a_nodes_own_password_goes_before_the_shared_one() -> None:
    secret = settings.secrets_of({"VSM_SECRET_MQTT_N_01": "own"})
    broker = BrokerSettings(password=SecretStr("shared"))
    assert settings.broker_password("n-01", broker, secret) == "own"
    assert settings.broker_password("n-02", broker, secret) == "shared"
    assert settings.broker_password("n-02", BrokerSettings(), secret) is None


def test_paths_start_at_the_file_and_a_username_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "edge.yaml"
    file.write_text("inventory: village.yaml\ndata_dir: data\n", encoding="utf-8")
    assert settings.load(file, {}).data_dir == tmp_path / "data"
    with pytest.raises(InputErrors, match="a node's id is its user name"):
        settings.load(file, {"VSM_BROKER__USERNAME": "root"})


def test_a_pin_factory_is_found_by_name_and_an_unknown_one_lists_the_known() -> None:
    factory = pins.open_factory("mock", "n-01")
    assert type(factory).__name__ == "MockFactory"
    factory.close()
    assert pins.open_factory(None, "n-01") is None
    with pytest.raises(pins.UnknownPinFactory, match="mock"):
        pins.open_factory("nobody-has-it", "n-01")


def test_systemd_hears_the_words(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        notifier(str(tmp_path / "notify"))("READY=1")
        assert systemd.recv(100) == b"READY=1"
    notifier(str(tmp_path / "nobody"))("READY=1")
    notifier(None)("READY=1")


def test_the_clocks_quality_is_one_of_three_words() -> None:
    assert quality() in {"ntp", "rtc", "none"}


def test_a_loop_is_woken_from_another_thread() -> None:
    wake = Wake()
    threading.Timer(0.05, wake.set).start()
    wake.wait(5.0)
    wake.wait(0.01)  # one call wakes once
    wake.close()
    wake.set()

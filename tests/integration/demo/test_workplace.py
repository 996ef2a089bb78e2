import json
from pathlib import Path

import pytest

from contracts.settings import load_settings
from dashboard_api.settings import Settings
from demo.edges import edges
from demo.supervise import Supervisor
from demo.workplace import Workplace
from gateway.delivery.channels import missing_templates
from gateway.settings import GatewaySettings


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    made = Workplace(tmp_path, 8000)
    made.edges = edges(made.village, [])
    made.write()
    return made


def test_both_processes_get_the_same_key_of_links_by_their_environment(place: Workplace) -> None:
    gateway = load_settings(GatewaySettings, place.config("gateway"), place.secrets("gateway"))
    page = load_settings(Settings, place.config("dashboard_api"), place.secrets("dashboard_api"))
    assert gateway.dispatch.link_key is not None
    assert gateway.dispatch.link_key == page.link_key
    assert gateway.dispatch.public_url == page.public_url == "http://127.0.0.1:8000"


def test_no_file_holds_the_key_of_links(place: Workplace) -> None:
    files = [file for file in place.folder.rglob("*") if file.is_file()]
    assert len(files) > 5
    assert not [file for file in files if place.link_key in file.read_text(encoding="utf-8")]


def test_nobody_else_gets_the_key_of_links_and_each_run_has_its_own(place: Workplace) -> None:
    for name in (*place.edges, "broker", "fakes", "vendors"):
        assert place.link_key not in place.secrets(name).values()
    assert Workplace(place.folder, 8000).link_key != place.link_key


def test_every_channel_has_all_its_templates_and_leads_to_this_computer(place: Workplace) -> None:
    settings = load_settings(GatewaySettings, place.config("gateway"), place.secrets("gateway"))
    assert {channel.kind for channel in settings.channels.values()} == {"wecom", "sms", "voice", "smtp", "webhook"}
    assert all(missing_templates(channel) == [] for channel in settings.channels.values())
    written = json.loads(place.config("gateway").read_text(encoding="utf-8"))["channels"].values()
    assert all(channel.get("host", "127.0.0.1") == "127.0.0.1" for channel in written)
    assert all(channel.get("url", "http://127.0.0.1:").startswith("http://127.0.0.1:") for channel in written)


def test_what_was_never_started_can_be_stopped() -> None:
    Supervisor(print).stop(["edge-a"])

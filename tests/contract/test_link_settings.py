"""The key that links are signed with: none without a public address, none that is short, one for both processes."""

from pathlib import Path

import pytest

from contracts.settings import load_settings
from contracts.yamlfile import InputErrors
from dashboard_api.settings import Settings
from gateway.settings import GatewaySettings

ADDRESS, KEY = "https://village.example", "k" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.yaml"
    path.write_text("inventory: village.yaml\ndatabase: sqlite:///x.db\n", encoding="utf-8")
    return path


def dispatch(file: Path, **env: str) -> tuple[str | None, str | None]:
    given = {f"VSM_DISPATCH__{name}": value for name, value in env.items()}
    found = load_settings(GatewaySettings, file, given).dispatch
    return found.public_url, None if found.link_key is None else found.link_key.get_secret_value()


def test_both_processes_read_the_key_from_the_same_file(file: Path, tmp_path: Path) -> None:
    key = tmp_path / "link-key"
    key.write_text(f"{KEY}\n", encoding="ascii")
    assert dispatch(file, PUBLIC_URL=ADDRESS, LINK_KEY_FILE=str(key)) == (ADDRESS, KEY)
    face = load_settings(Settings, file, {"VSM_LINK_KEY_FILE": str(key)})
    assert face.link_key is not None
    assert face.link_key.get_secret_value() == KEY
    assert KEY not in repr(face)


def test_a_digest_names_the_staffs_pages_also_behind_a_public_front(file: Path) -> None:
    given = {"VSM_DISPATCH__PUBLIC_URL": ADDRESS, "VSM_DISPATCH__LINK_KEY": KEY}
    assert load_settings(GatewaySettings, file, given).dispatch.staff_url == ADDRESS
    box = {**given, "VSM_DISPATCH__PAGE_URL": "http://box:8080"}
    found = load_settings(GatewaySettings, file, box).dispatch
    assert (found.public_url, found.staff_url) == (ADDRESS, "http://box:8080")
    with pytest.raises(InputErrors, match="page_url"):
        load_settings(GatewaySettings, file, {**given, "VSM_DISPATCH__PAGE_URL": "box"})


def test_without_a_public_address_nothing_is_needed(file: Path) -> None:
    assert dispatch(file) == (None, None)
    assert dispatch(file, LINK_KEY=KEY) == (None, KEY)


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"PUBLIC_URL": ADDRESS}, "needs a link_key"),
        ({"PUBLIC_URL": ADDRESS, "LINK_KEY": "k" * 31}, "31 bytes, it needs at least 32"),
        ({"PUBLIC_URL": "village.example", "LINK_KEY": KEY}, "public_url"),
        ({"PUBLIC_URL": f"{ADDRESS}/?x", "LINK_KEY": KEY}, "public_url"),
    ],
)
def test_what_the_gateway_refuses(file: Path, env: dict[str, str], said: str) -> None:
    with pytest.raises(InputErrors, match=said):
        dispatch(file, **env)


def test_the_dashboard_refuses_a_short_key_too(file: Path) -> None:
    with pytest.raises(InputErrors, match=r"link_key: .*31 bytes"):
        load_settings(Settings, file, {"VSM_LINK_KEY": "k" * 31})

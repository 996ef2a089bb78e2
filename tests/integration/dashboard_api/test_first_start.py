"""The first start prints a link, the page behind it makes the first administrator, and none is printed any more."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboard_api.auth import sign_in
from dashboard_api.main import main
from gateway.store import open_store
from tests.databases import Stranger
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.people import PASSWORD, account, signs_in

CHIEF = {"name": "chief", "password": PASSWORD, "repeat": PASSWORD}


@pytest.fixture
def link(town: Town) -> str:
    token = sign_in.set_up(town.store, 24, town.now_ms())
    assert token is not None
    return f"/sign-in/{token}"


@pytest.fixture
def config(tmp_path: Path, root: Path, town: Town) -> Path:
    assert town.village.id == "example"
    path = tmp_path / "dashboard_api.yaml"
    inventory = root / "firmware_config" / "villages" / "three-junctions.yaml"
    path.write_text(json.dumps({"inventory": str(inventory), "database": "sqlite:///gateway.db"}))
    return path


def test_the_link_makes_the_first_administrator_once(town: Town, resident: TestClient, link: str) -> None:
    assert "设置第一位管理员" in resident.get(link).text
    assert resident.post(link, data=CHIEF, follow_redirects=False).status_code == 303
    assert resident.get("/users").status_code == 200
    assert resident.post(link, data={**CHIEF, "name": "other"}).status_code == 404
    assert [(one.name, one.role, one.areas) for one in town.store.accounts()] == [("chief", "admin", ("*",))]
    assert sign_in.set_up(town.store, 24, town.now_ms()) is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("name", "a b"), ("password", "short"), ("repeat", "x")],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    town: Town, resident: TestClient, link: str, field: str, typed: str
) -> None:
    page = resident.post(link, data={**CHIEF, field: typed})
    assert page.status_code == 422
    assert f'id="w-{field}"' in page.text
    assert PASSWORD not in page.text
    assert town.store.accounts() == []


def test_without_name_and_password_or_by_a_program_it_does_nothing(town: Town, resident: TestClient, link: str) -> None:
    assert resident.post(link).status_code == 422
    answer = resident.post("/api/v1/sign-in", json={"token": link.rpartition("/")[2]})
    assert (answer.status_code, answer.json()["reason"]) == (409, "set_up")
    assert town.store.accounts() == []


def test_a_link_ends_after_a_day(still_town: Town, resident: TestClient) -> None:
    token = sign_in.set_up(still_town.store, 24, still_town.now_ms())
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 24 * 3_600_000
    assert resident.get(f"/sign-in/{token}").status_code == 404


def test_a_plain_invitation_may_set_a_name_and_a_password(town: Town, resident: TestClient) -> None:
    account(town, "taken")
    address = f"/sign-in/{town.link()}"
    refused = resident.post(address, data={**CHIEF, "name": "taken"})
    assert (refused.status_code, "已被使用" in refused.text) == (422, True)
    assert resident.post(address, data={**CHIEF, "name": "li"}, follow_redirects=False).status_code == 303
    resident.cookies.clear()
    assert signs_in(resident, "li").status_code == 303


def test_a_form_that_the_browser_calls_foreign_is_refused(town: Town, resident: TestClient) -> None:
    address, foreign = f"/sign-in/{town.link()}", {"Sec-Fetch-Site": "cross-site"}
    assert resident.post(address, headers=foreign).status_code == 403
    assert resident.post(address, follow_redirects=False).status_code == 303


def test_invitations_by_command_may_be_for_a_part_of_the_village(
    config: Path, town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["invite", "--config", str(config), "--role", "police", "--area"]
    assert main([*command, "j-99"]) == 2
    assert "no grid or junction j-99; there are g-1" in capsys.readouterr().err
    assert main([*command, "j-01"]) == 0
    token = capsys.readouterr().out.strip().rpartition("/")[2]
    with TestClient(town.app()) as client:
        client.post(f"/sign-in/{token}")
    assert town.store.accounts()[0].areas == ("j-01",)


def test_the_audit_log_is_verified_by_command(config: Path, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["audit", "verify", "--config", str(config)]
    for _ in range(3):
        town.store.note(town.deed())
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "3 rows" in said
    assert re.search(r"[0-9a-f]{64}", said)
    Stranger(f"sqlite:///{config.parent / 'gateway.db'}").does("UPDATE audit SET who = 'nobody' WHERE id = 2")
    assert main(command) == 1
    assert "row 2 is not as it was written" in capsys.readouterr().err


def test_the_command_makes_no_database(config: Path, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town.store.close()
    (config.parent / "gateway.db").unlink()
    assert main(["audit", "verify", "--config", str(config)]) == 1
    assert "is not there yet" in capsys.readouterr().err
    open_store(f"sqlite:///{config.parent / 'gateway.db'}").close()

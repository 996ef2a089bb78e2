"""A session that ended on a form: sign in, see what was typed, send it; nothing is lost and no script is needed."""

import html
import re

import pytest
from fastapi.testclient import TestClient

from dashboard_api.web import access_again
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.people import account, hidden, signs_in

FORM = {"name": "wang.fang", "display": "王芳", "role": "police", "areas": "j-01"}


def expired(town: Town, client: TestClient) -> str:
    """What the users page answers to a form whose session is over: the sign-in form."""
    signs_in(client, "chief")
    csrf = hidden(client.get("/users").text)
    town.store.end_session_of(1, town.store.sessions_of(1, town.now_ms())[0].id, town.deed())
    answer = client.post("/users", data={**FORM, "csrf": csrf})
    assert answer.status_code == 401
    return answer.text


def test_what_was_typed_is_sent_after_signing_in_again(town: Town, resident: TestClient) -> None:
    account(town, "chief", "admin")
    page = expired(town, resident)
    assert "您填写的内容还在" in page
    form = {"name": "chief", "password": "wrong", "csrf": hidden(page), "kept": html.unescape(hidden(page, "kept"))}
    again = resident.post("/sign-in", data=form)
    kept = html.unescape(hidden(again.text, "kept"))
    welcome = resident.post("/sign-in", data={**form, "password": "correct horse battery", "kept": kept})
    assert "王芳" in welcome.text
    fields = re.findall(r'name="([a-z]+)" value="([^"]*)"', welcome.text.partition('action="/users"')[2])
    assert resident.post("/users", data=dict(fields)).status_code == 200
    assert [one.name for one in town.store.accounts()] == ["chief", "wang.fang"]


def test_a_page_that_needs_a_session_asks_and_goes_on_there(town: Town, resident: TestClient) -> None:
    account(town)
    page = resident.get("/account?lang=en")
    assert page.status_code == 401
    assert hidden(page.text, "next") == "/account?lang=en"
    assert "Sign in to" in page.text


def test_with_htmx_the_form_takes_the_place_of_the_page(resident: TestClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/users?x=1"}
    answer = resident.post("/users", data=FORM, headers=headers)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (401, "body")
    assert hidden(answer.text, "next") == "/users?x=1"


@pytest.mark.parametrize("text", ["", "x", "[]", '{"to":"//evil.example","fields":[]}', '{"to":"/","fields":[]}'])
def test_only_a_form_of_ours_is_kept(text: str) -> None:
    assert access_again.unpacked(text) is None


def test_passwords_and_old_form_tokens_are_never_kept() -> None:
    packed = access_again.packed("/users", [("csrf", "x"), ("password", "y"), ("name", "li")])
    kept = access_again.unpacked(packed)
    assert kept is not None
    assert (kept.to, kept.fields) == ("/users", [("name", "li")])
    assert access_again.packed("/users", [("name", "x" * 30_000)]) == ""

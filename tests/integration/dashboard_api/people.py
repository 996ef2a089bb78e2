"""People who sign in as in a browser: accounts with a password, and forms as a page has them."""

import re
from functools import cache

from fastapi.testclient import TestClient
from httpx2 import Response

from dashboard_api.passwords import _hasher
from gateway.store import Account, Deed, NewAccount
from tests.integration.dashboard_api.conftest import Town

PASSWORD = "correct horse battery"


@cache
def hashed(password: str = PASSWORD) -> str:
    return _hasher().hash(password)


def account(town: Town, name: str = "li.wei", role: str = "maintenance", *ids: str, display: str = "") -> Account:
    """Somebody with :data:`PASSWORD`; without ``ids`` they see the whole village."""
    new = NewAccount(name, role, display, ids or ("*",), None, hashed())
    made = town.store.add_account(new, Deed(town.now_ms(), "test", "admin", "account made", name))
    assert made is not None
    return made


def hidden(page: str, name: str = "csrf") -> str:
    """A hidden field of the page's own form, the last one there."""
    found = re.findall(rf'type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return str(found[-1])


def signs_in(client: TestClient, name: str = "li.wei", password: str = PASSWORD, **more: str) -> Response:
    """As the form does it; without following."""
    form = {"name": name, "password": password, "csrf": hidden(client.get("/sign-in").text), **more}
    return client.post("/sign-in", data=form, follow_redirects=False)

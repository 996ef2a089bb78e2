"""Pages that a phone keeps: without a line they show the last state as that, with its age, and to their owner alone."""

import socket
import time

import pytest
from fastapi import Response
from playwright.sync_api import Page, expect

from dashboard_api.web import assets
from tests.browser.conftest import NewTab
from tests.integration.dashboard_api.conftest import Running, Town, serving

KEPT = "async (name) => (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)"
CACHES = "async () => await caches.keys()"
OLD = """() => navigator.serviceWorker.ready.then(() => caches.open("vsm-staff-1"))
    .then((one) => one.put("/staff", new Response("old")))"""
OLDER = """async ([name, path, ms]) => {
  const cache = await caches.open(name), found = await cache.match(path), headers = new Headers(found.headers);
  headers.set("x-vsm-kept", Number(headers.get("x-vsm-kept")) - ms);
  await cache.put(path, new Response(await found.text(), { headers }));
}"""
HOUR_MS = 3_600_000
STAFF, RESIDENTS = "vsm-staff-2", "vsm-residents-1"


def kept(page: Page, name: str, path: str) -> None:
    """Wait until the worker has ``path``."""
    for _ in range(200):
        if path in page.evaluate(KEPT, name):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{path} was not kept")


def stopped(running: Running) -> None:
    """The server is gone."""
    running.server.should_exit = True
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", running.port), timeout=1).close()
        except OSError:
            return
        time.sleep(0.1)


def test_without_a_line_residents_see_the_last_state_with_its_age(
    town: Town, new_tab: NewTab, running: Running
) -> None:
    town.all_well()
    page = new_tab().live("/")
    kept(page, RESIDENTS, "/")
    stopped(running)
    page.reload()
    expect(page.locator("#offline")).to_contain_text("和服务器断开了。下面是")
    expect(page.locator("#offline")).to_contain_text("刚刚")
    free = page.locator("[data-socket='cp-01.1'] .r-state")
    expect(free).to_have_text("之前：空闲", use_inner_text=True)
    expect(page.locator(".r-big")).to_have_text("之前：1", use_inner_text=True)
    town.sees("cp-01.1", word="in_use", for_s=1)
    with serving(town, running.port):
        expect(page.locator("#offline")).to_be_hidden(timeout=30_000)
        expect(free).to_have_text("使用中", use_inner_text=True)


@pytest.mark.parametrize(("name", "path"), [(RESIDENTS, "/"), (STAFF, "/staff")])
def test_what_was_kept_an_hour_ago_is_an_hour_old_and_has_lasted_no_longer(
    town: Town, new_tab: NewTab, running: Running, name: str, path: str
) -> None:
    town.all_well()
    town.breaks("cam-01", "frozen")
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live(path)
    kept(page, name, path)
    lasts = page.locator("main time[data-for]").first
    lasted = lasts.text_content()
    stopped(running)
    page.evaluate(OLDER, [name, path, HOUR_MS])
    page.reload()
    expect(page.locator("#offline time")).to_contain_text("1 小时")
    expect(lasts).to_have_text(lasted or "")


def test_without_a_line_staff_read_their_list_and_a_fault_and_can_send_nothing(
    town: Town, new_tab: NewTab, running: Running
) -> None:
    town.all_well()
    fault = town.breaks("cam-01", "frozen")
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live("/staff")
    kept(page, STAFF, "/staff")
    tab.live(f"/staff/faults/{fault.id}")
    kept(page, STAFF, f"/staff/faults/{fault.id}")
    stopped(running)
    for path in (f"/staff/faults/{fault.id}", "/staff"):
        page.goto(tab.address + path)
        expect(page.locator("#offline")).to_contain_text("只能看")
        expect(page.locator("main")).to_contain_text("小学门口摄像头画面静止不动")
        assert page.locator("main button:enabled").count() == 0


def test_nothing_of_who_signed_out_stays(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live("/staff")
    kept(page, STAFF, "/staff")
    page.evaluate("sessionStorage.setItem('draft:x', '1')")
    page.goto(tab.address + "/staff/more")
    page.locator("main form[action='/sign-out'] button").click()
    page.wait_for_url(tab.address + "/")
    assert STAFF not in page.evaluate(CACHES)
    assert page.evaluate("sessionStorage.length") == 0


def test_nothing_of_whose_session_ended_stays(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live("/staff")
    kept(page, STAFF, "/staff")
    tab.context.clear_cookies()
    tab.open("/staff")
    expect(page.locator("input[type=password]")).to_be_visible()
    assert STAFF not in page.evaluate(CACHES)


def test_on_plain_http_there_is_no_worker_and_the_page_works(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    tab = new_tab()
    tab.page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page = tab.live("/")
    page.wait_for_timeout(500)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert tab.complaints == []


def test_who_signs_in_next_finds_nothing_of_who_was_there_before(town: Town, new_tab: NewTab) -> None:
    town.all_well()
    fault = town.breaks("cam-01", "frozen")
    tab = new_tab()
    tab.sign_in(town)
    page = tab.live(f"/staff/faults/{fault.id}")
    kept(page, STAFF, f"/staff/faults/{fault.id}")
    tab.context.clear_cookies()
    tab.sign_in(town, "duty_desk")
    page = tab.live("/staff")
    kept(page, STAFF, "/staff")
    assert page.evaluate(KEPT, STAFF) == ["/staff"]


def test_a_worker_of_an_older_version_is_replaced_and_what_it_kept_is_gone(
    town: Town, new_tab: NewTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.all_well()
    with monkeypatch.context() as older:
        scope = {"Service-Worker-Allowed": "/staff", "Cache-Control": "no-cache"}
        body = "addEventListener('install', () => skipWaiting());"
        old = Response(body, media_type="text/javascript", headers=scope)
        older.setattr(assets, "worker", lambda *_: old)
        tab = new_tab()
        tab.sign_in(town)
        page = tab.live("/staff")
        page.evaluate(OLD)
    page.reload()
    kept(page, STAFF, "/staff")
    for _ in range(100):  # it is thrown away while the newer worker already keeps
        if "vsm-staff-1" not in page.evaluate(CACHES):
            return
        page.wait_for_timeout(100)
    raise AssertionError("what the older worker kept is still there")

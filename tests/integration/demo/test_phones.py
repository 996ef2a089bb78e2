"""The vendors' page over a real socket."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from httpx2 import Client, Response

from contracts.inventory import load_inventory
from demo import people, village
from demo.letterbox import Letters, NoLink
from demo.vendors import Received, Vendors, registered
from demo.vendors.page import STATIC, people_of

LINK = "http://127.0.0.1:8000/a/token-of-F-1"
TOLD = f"【故障】大月桥警示灯不亮\n先做：到现场\n点开接单：{LINK}\n编号 F-1"
ROOM = Received("wecom", "maintenance", TOLD, "", 1_000)
TEXT = {"where": "大月桥路口", "device": "警示灯", "what": "不亮", "since": "今天", "number": "2026年第1件"}


def sms(to: str = "+8610000000003", key: str = "k-1", times: int = 1) -> Received:
    return Received("sms", to, "故障：大月桥路口", key, 2_000, times=times, template="VSM_FAULT_ZH", variables=TEXT)


@pytest.fixture
def phones() -> tuple[people.Phone, ...]:
    three = load_inventory(village.find("three"))
    return people.phones(three, people.roster_for(three))


@pytest.fixture
def vendors(tmp_path_factory: pytest.TempPathFactory, phones: tuple[people.Phone, ...]) -> Iterator[Vendors]:
    file = tmp_path_factory.mktemp("vendors") / "people.json"
    file.write_text(people.as_json(load_inventory(village.find("three")), phones), encoding="utf-8")
    with Vendors(templates=registered.texts()) as found:
        found.app.show(people_of(file))
        yield found


@pytest.fixture
def page(vendors: Vendors) -> Iterator[Client]:
    with Client(base_url=vendors.url) as client:
        yield client


def phone(answer: Response, id_: str) -> str:
    found = re.search(rf'<section class="phone[^>]* id="{id_}".*?</section>', answer.text, re.DOTALL)
    assert found is not None, answer.text
    return found[0]


def test_nobody_was_told_anything_yet(page: Client) -> None:
    answer = page.get("/")
    assert "还没有人收到通知" in answer.text
    assert "电工老赵" in answer.text.partition('class="silent"')[2]


def test_a_rooms_letter_has_its_link_as_a_button_and_a_text_message_its_variables(
    vendors: Vendors, page: Client
) -> None:
    vendors.ledger.take(ROOM)
    vendors.ledger.take(sms())
    answer = page.get("/")
    assert f'<a class="go" href="{LINK}"' in phone(answer, "group-maintenance-room")
    assert answer.text.count(LINK) == 1
    assert '<b class="var">大月桥路口</b>' in phone(answer, "dian-gong")
    assert "请致电值班台接单" in phone(answer, "dian-gong")


def test_the_newest_letter_is_on_top(vendors: Vendors, page: Client) -> None:
    vendors.ledger.take(Received("wecom", "maintenance", "【故障】一", "", 1_000))
    vendors.ledger.take(Received("wecom", "maintenance", "【恢复】一", "", 2_000))
    shown = phone(page.get("/"), "group-maintenance-room")
    assert shown.index("【恢复】一") < shown.index("【故障】一")


def test_what_came_twice_under_one_key_is_shown_once_and_a_rooms_doubled_letter_says_so(
    vendors: Vendors, page: Client
) -> None:
    for _ in range(2):
        vendors.ledger.take(sms(), once=True)
        vendors.ledger.take(ROOM)
    answer = page.get("/")
    assert phone(answer, "dian-gong").count("<li ") == 1
    assert "送来 2 次，只显示一次" in phone(answer, "dian-gong")
    assert "重复：第 2 次显示" in phone(answer, "group-maintenance-room")


def test_a_fault_that_comes_back_says_the_same_again_and_is_no_doubled_letter(vendors: Vendors, page: Client) -> None:
    over = Received("wecom", "maintenance", "【恢复】大月桥警示灯不亮", "", 2_000)
    for one in (ROOM, over, ROOM, sms(key="k-1"), sms(key="k-2")):
        vendors.ledger.take(one)
    assert "重复" not in page.get("/").text


def test_it_is_sent_again_only_when_something_came(vendors: Vendors, page: Client) -> None:
    first = page.get("/")
    known = {"If-None-Match": first.headers["etag"]}
    assert page.get("/", headers=known).status_code == 304
    assert page.get("/?lang=en", headers=known).status_code == 200
    vendors.ledger.take(ROOM)
    assert page.get("/", headers=known).status_code == 200


def test_words_of_a_letter_are_never_markup(vendors: Vendors, page: Client) -> None:
    vendors.ledger.take(Received("wecom", "maintenance", "<script>1</script>\n<b>2</b> javascript:3", "", 1_000))
    shown = phone(page.get("/"), "group-maintenance-room")
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<a " not in shown


def test_another_link_is_a_link_and_no_button(vendors: Vendors, page: Client) -> None:
    vendors.ledger.take(Received("wecom", "maintenance", "【汇总】3 条\n全部见 http://127.0.0.1:8000", "", 1_000))
    shown = phone(page.get("/"), "group-maintenance-room")
    assert '全部见 <a href="http://127.0.0.1:8000"' in shown
    assert "点开接单" not in shown


def test_an_address_that_is_nobodys_has_a_phone_too(vendors: Vendors, page: Client) -> None:
    vendors.ledger.take(sms("+8610000009999"))
    assert "+8610000009999" in phone(page.get("/"), re.escape("sms-+8610000009999"))


def test_in_english_the_page_is_english(vendors: Vendors, page: Client) -> None:
    vendors.ledger.take(ROOM)
    answer = page.get("/?lang=en")
    assert '<html lang="en">' in answer.text
    assert "Maintenance room" in phone(answer, "group-maintenance-room")
    assert "Take it on" in phone(answer, "group-maintenance-room")


@pytest.mark.parametrize("path", ["/", *STATIC])
def test_nothing_is_loaded_from_elsewhere(page: Client, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)


class Door(BaseHTTPRequestHandler):
    """Notes who presses a link."""

    pressed: list[tuple[str, str]]

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.pressed.append((self.path, form["who"][0]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def door() -> Iterator[HTTPServer]:
    Door.pressed = []
    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_link_is_pressed_by_the_one_who_got_it_and_for_its_own_fault(
    vendors: Vendors, phones: tuple[people.Phone, ...], door: HTTPServer
) -> None:
    letters = Letters("127.0.0.1", vendors.port, phones)
    with pytest.raises(NoLink):
        letters.press("group:maintenance-room", "F-1")
    link = f"http://127.0.0.1:{door.server_port}/a/one"
    vendors.ledger.take(Received("wecom", "police", f"{link}\n编号 F-1", "", 1))
    vendors.ledger.take(Received("wecom", "maintenance", f"{link}\n编号 F-2", "", 1))
    with pytest.raises(NoLink):
        letters.press("group:maintenance-room", "F-1")
    vendors.ledger.take(Received("wecom", "maintenance", f"{link}\n编号 F-1", "", 1))
    letters.press("group:maintenance-room", "F-1")
    assert Door.pressed == [("/a/one", "王维保")]

"""P10, the page: slow, broken, huge and strange requests stop nothing, and each is told what is wrong with it."""

import http.client
import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.inventory import Village
from tests.integration.promises.callers import p95
from tests.integration.promises.house import House

log = logging.getLogger(__name__)

SLOW = 200
EXAMPLES = [150, pytest.param(3000, marks=[pytest.mark.long, pytest.mark.timeout(600)])]
# A stream does not end, and who signs out asks nothing more.
SPARED = {"/api/v1/events", "/api/v1/sign-out"}
PROBLEM = {"type", "title", "status", "detail"}


@pytest.fixture(scope="module")
def house(mosquitto: Path, tmp_path_factory: pytest.TempPathFactory, village: Village) -> Iterator[House]:
    """One page for all, with somebody signed in; its gateway is away."""
    made = House(tmp_path_factory.mktemp("page"), mosquitto, village)
    try:
        made.start(made.page)
        made.sign_in()
        yield made
    finally:
        made.stop()


@pytest.fixture
def page(house: House) -> Iterator[House]:
    """It runs before and after."""
    yield house
    assert house.page.runs


def look_s(page: House, times: int = 20) -> float:
    """p95 of a page."""
    took = []
    for _ in range(times):
        began = time.monotonic()
        page.api.ask("/api/v1/devices")
        took.append(time.monotonic() - began)
    return p95(took)


def memory_mb(page: House) -> float:
    assert page.page.process is not None
    status = Path(f"/proc/{page.page.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def test_two_hundred_who_never_finish_their_headers_delay_nobody(page: House) -> None:
    before = look_s(page)
    with ExitStack() as slow:
        lines = [slow.enter_context(socket.create_connection(("127.0.0.1", page.page_port))) for _ in range(SLOW)]
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for turn in range(3):
            for line in lines:
                line.sendall(f"X-{turn}: ".encode())
            during = look_s(page)
    assert during <= 10 * before + 0.5
    log.info("%s", f"{SLOW} slow clients: p95 of a page {1000 * before:.0f} ms before, {1000 * during:.0f} ms then")


BROKEN = {
    "no words": b"\r\n\r\n\r\n",
    "rubbish": bytes(range(256)) * 4,
    "no version": b"GET /\r\n\r\n",
    "a strange version": b"GET / HTTP/9.9\r\n\r\n",
    "a long line": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n",
    "two lengths": b"POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a negative length": b"POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "a bad chunk": b"POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(200),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_request_is_refused(page: House, what: str) -> None:
    with socket.create_connection(("127.0.0.1", page.page_port)) as line, suppress(ConnectionError):
        line.settimeout(10)
        line.sendall(BROKEN[what])
        with suppress(OSError):  # it may have closed the line already, and then the answer is there
            line.shutdown(socket.SHUT_WR)
        said = line.recv(65536)
        assert not said or said.split(b" ")[1][:1] == b"4", said
    assert page.api.ask("/api/v1/devices")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_long_is_refused_before_it_fills_the_memory(page: House, chunked: bool) -> None:
    before = memory_mb(page)
    assert post(page, 256, chunked=chunked) in {0, 413}
    assert memory_mb(page) < before + 64


@pytest.mark.parametrize("chunked", [False, True])
def test_one_that_is_not_is_read(page: House, chunked: bool) -> None:
    """The control: 1 MiB is read, and then found to be no JSON."""
    assert post(page, 1, chunked=chunked) == 422


def post(page: House, mebibytes: int, *, chunked: bool) -> int:
    """The answer's status; 0: the connection was closed in the middle."""
    line = http.client.HTTPConnection("127.0.0.1", page.page_port, timeout=60)
    body = (b" " * 2**20 for _ in range(mebibytes))
    headers = {"Content-Type": "application/json"}
    if not chunked:
        headers["Content-Length"] = str(mebibytes * 2**20)
    with closing(line), suppress(ConnectionError):
        line.request("POST", "/api/v1/sign-in", body, headers)  # in chunks where no length is said
        return line.getresponse().status
    return 0


# --- whatever the API's own document allows to be asked, and what it does not


class Asked(NamedTuple):
    method: str
    path: str
    body: bytes | None
    kind: str


TIMES = ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59")
TEXTS = ("", "null", "-1", str(2**63), "1e400", "NaN", "\0", "../..", "a" * 5000, *TIMES)
ODD = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(TEXTS),
)  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["\0", "\ud800", 2**63]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def value(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    """Of a parameter: what its schema names, a time, or anything."""
    named = [schema, *schema.get("anyOf", ())]
    words = [word for one in named for word in one.get("enum", ())] + ["2026-11-01T00:00:00+08:00", "1", "light-01"]
    return st.sampled_from(words) | ODD


def body(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """JSON with the fields that the schema names and anything in them, or anything."""
    found = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    fields = found.get("properties", {"token": {}})
    like = st.fixed_dictionaries({}, optional={name: value(one) | JSON for name, one in fields.items()})
    return (like | JSON).map(lambda one: json.dumps(one).encode()) | st.binary(max_size=100)


def asked(document: dict[str, Any]) -> st.SearchStrategy[Asked]:
    operations = [
        (method, path, what)
        for path, methods in document["paths"].items()
        for method, what in methods.items()
        if path not in SPARED
    ]

    @st.composite
    def one(draw: st.DrawFn) -> Asked:
        method, path, what = draw(st.sampled_from(operations))
        query = {}
        for parameter in what.get("parameters", ()):
            if parameter["in"] == "path":
                text = quote(draw(value(parameter["schema"])).encode("utf-8", "surrogatepass"), safe="")
                path = path.replace(f"{{{parameter['name']}}}", text)
            elif parameter["in"] == "query" and draw(st.booleans()):
                query[parameter["name"]] = draw(value(parameter["schema"])).encode("utf-8", "surrogatepass")
        sent = None
        for content in what.get("requestBody", {}).get("content", {}).values():
            sent = draw(body(content["schema"], document))
        kind = draw(st.sampled_from(["application/json"] * 5 + ["text/plain", "multipart/form-data", ""]))
        return Asked(method.upper(), f"{path}?{urlencode(query)}", sent, kind)

    return one()


@pytest.mark.parametrize("examples", EXAMPLES)
def test_nothing_that_can_be_asked_is_answered_by_a_failure(page: House, examples: int) -> None:
    statuses: set[int] = set()

    @settings(max_examples=examples, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
    @given(asked(page.api.ask("/api/v1/openapi.json")))
    def ask(one: Asked) -> None:
        headers = page.api.headers("application/json") | {"Content-Type": one.kind}
        with closing(http.client.HTTPConnection("127.0.0.1", page.page_port, timeout=30)) as line:
            line.request(one.method, one.path, one.body, headers)
            answer = line.getresponse()
            said = answer.read()
        statuses.add(answer.status)
        # 503 with its words: a gateway that is away, as here.
        assert answer.status < 500 or answer.status == 503, (one, said)
        if answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json", (one, answer.status, said)
            assert json.loads(said).keys() >= PROBLEM

    ask()
    assert statuses >= {200, 404, 422}
    assert "Traceback" not in page.page.log.read_text()

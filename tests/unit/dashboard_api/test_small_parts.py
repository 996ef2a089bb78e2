import asyncio
from datetime import datetime

import pytest
from pydantic import ValidationError

from contracts.states import State
from dashboard_api.auth import tokens
from dashboard_api.auth.roles import MAY, ROLES, may
from dashboard_api.caching import FRESH_MS, KEPT_MS, Cache
from dashboard_api.limits import FailureLimit
from dashboard_api.settings import Settings
from dashboard_api.times import clock_text, iso, millis
from dashboard_api.web.view import Spot, cards, state_pill
from gateway.store import StoreError

MOMENT = "2026-11-23T14:02:31.250+08:00"


def settings(**given: object) -> Settings:
    return Settings.model_validate({"inventory": "v.yaml", "database": "sqlite:///x.db", **given})


def test_times_are_chinas_and_go_both_ways() -> None:
    assert iso(millis(datetime.fromisoformat(MOMENT))) == MOMENT


def test_a_time_names_its_day_unless_it_is_today() -> None:
    moment = millis(datetime.fromisoformat(MOMENT))
    assert clock_text(moment, moment + 3_600_000) == "14:02"
    assert clock_text(moment, moment + 36_000_000) == "11-23 14:02"


def test_a_form_token_belongs_to_its_session() -> None:
    one, other = tokens.new(), tokens.new()
    assert tokens.same(tokens.csrf_of(one), tokens.csrf_of(one))
    assert not tokens.same(tokens.csrf_of(one), tokens.csrf_of(other))
    assert one not in (tokens.digest(one), tokens.csrf_of(one))


def test_a_role_that_is_not_listed_may_nothing() -> None:
    assert not any(may("mayor", action) for action in MAY)
    assert not may("police", "acknowledge")
    assert all(may(role, "look") for role in ROLES)


def test_failures_of_one_address_do_not_hinder_another() -> None:
    limit = FailureLimit(failures=2, window_ms=1000)
    limit.failed("a", 0)
    assert limit.wait_s("a", 10) == 0
    limit.failed("a", 20)
    assert limit.wait_s("a", 30) == 1
    assert limit.wait_s("b", 30) == 0
    assert limit.wait_s("a", 1001) == 0


def test_an_answer_is_made_once_until_something_changes_or_it_is_old() -> None:
    now, made = [0], iter([b"1", b"2", b"3"])
    cache = Cache(lambda: now[0])
    assert [cache.get("k", 7, lambda: next(made)).body for _ in range(2)] == [b"1", b"1"]
    assert cache.get("k", 8, lambda: next(made)).body == b"2"
    now[0] += KEPT_MS
    assert cache.get("k", 8, lambda: next(made)).body == b"3"


@pytest.mark.parametrize(
    ("given", "secure"),
    [
        ({}, False),
        ({"public_url": "https://v.example"}, True),
        ({"public_url": "http://v.example"}, False),
        ({"secure_cookie": "always"}, True),
        ({"public_url": "https://v.example", "secure_cookie": "never"}, False),
    ],
)
def test_cookies_are_secure_when_people_come_by_https(given: dict[str, str], secure: bool) -> None:
    assert settings(**given).secure is secure


def test_links_name_host_and_port_without_a_public_address() -> None:
    assert settings(host="::1", port=81).address == "http://[::1]:81"
    assert settings(public_url="https://v.example/").address == "https://v.example"


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="whole address"):
        settings(public_url="v.example")


def test_junctions_with_something_wrong_come_first_the_others_in_their_order() -> None:
    def spot(name: str, state: State) -> Spot:
        return Spot(name, name, "g", state, state_pill("en", state), [], 0, 0, "middle", 0, False, False)

    found = [spot("a", "up"), spot("b", "unknown"), spot("c", "up"), spot("d", "down"), spot("e", "degraded")]
    assert [one.id for one in cards(found)] == ["d", "e", "b", "a", "c"]


def test_many_who_must_not_wait_share_what_is_made_and_nobody_meets_its_end() -> None:
    now, count = [0], [0]

    def make() -> bytes:
        count[0] += 1
        return str(count[0]).encode()

    async def scene() -> None:
        cache = Cache(lambda: now[0])
        assert {made.body for made in await asyncio.gather(*(cache.soon("k", 7, make) for _ in range(50)))} == {b"1"}
        now[0] = FRESH_MS + 1
        assert {(await cache.soon("k", 7, make)).body for _ in range(3)} == {b"1"}
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
        assert (await cache.soon("k", 7, make)).body == b"2"
        assert (await cache.soon("k", 8, make)).body == b"3"

    asyncio.run(scene())
    assert count[0] == 3


def test_what_cannot_be_made_beforehand_is_said_to_who_comes_when_it_is_due() -> None:
    now = [0]

    def fails() -> bytes:
        raise StoreError("gone")

    async def scene() -> None:
        cache = Cache(lambda: now[0])
        await cache.soon("k", 7, lambda: b"1")
        now[0] = FRESH_MS + 1
        assert (await cache.soon("k", 7, fails)).body == b"1"
        now[0] = KEPT_MS + 1
        with pytest.raises(StoreError, match="gone"):
            await cache.soon("k", 7, fails)

    asyncio.run(scene())

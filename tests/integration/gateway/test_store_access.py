"""Who may sign in, and the log of what they did, in both databases."""

import pytest

from gateway.store import (
    Account,
    Area,
    Batch,
    Deed,
    FaultOpen,
    NewAccount,
    NewInvite,
    NewSession,
    NewToken,
    Store,
)
from tests.databases import Stranger

HOUR = 3_600_000
NOW = 1_790_000_000_000


def deed(action: str = "account made", subject: str = "li") -> Deed:
    return Deed(NOW, "chief", "admin", action, subject)


def account(store: Store, name: str = "li", role: str = "maintenance") -> Account:
    made = store.add_account(NewAccount(name, role, areas=("j-01",), password="hash"), deed())
    assert made is not None
    return made


def test_a_name_is_taken_once_and_for_good(store: Store) -> None:
    made = account(store)
    assert store.add_account(NewAccount("li", "police"), deed()) is None
    store.end_account(made.id, deed("account ended"))
    assert store.add_account(NewAccount("li", "police"), deed()) is None
    assert store.secret("li") is None
    assert [one.action for one in store.audit()] == ["account made", "account ended"]


def test_an_account_that_ends_takes_all_with_it(store: Store) -> None:
    made = account(store)
    store.create_session(NewSession("session", made.id, "cookie", NOW, NOW + HOUR))
    store.add_token(NewToken("token", "grafana", made.id, "police", "read", ("*",), NOW), deed())
    store.create_invite(NewInvite("link", "maintenance", NOW + HOUR, account=made.id))
    assert store.session("token", NOW) is not None
    before = store.newest_change()
    store.end_account(made.id, deed())
    assert (store.session("session", NOW), store.session("token", NOW), store.invite("link", NOW)) == (None,) * 3
    assert [(one.type, one.id) for one in store.changes_after(before, 10)] == [("access", str(made.id))]


def test_a_link_for_an_account_sets_its_password_and_ends_its_sessions(store: Store) -> None:
    made = account(store)
    store.create_session(NewSession("session", made.id, "cookie", NOW, NOW + HOUR))
    for link in ("first", "second"):
        store.create_invite(NewInvite(link, "maintenance", NOW + HOUR, account=made.id))
    assert store.redeem_invite("first", NOW, password="new") is None
    redeemed = store.redeem_invite("second", NOW, password="new")
    assert redeemed is not None
    assert (redeemed.id, store.secret("li"), store.session("session", NOW)) == (made.id, (made, "new"), None)


def test_the_set_up_link_counts_while_there_is_no_administrator(store: Store) -> None:
    for link in ("first", "second"):
        store.create_invite(NewInvite(link, "admin", NOW + HOUR, kind="set_up"))
    assert store.invite("first", NOW) is None
    assert store.invite("second", NOW) is not None
    account(store, "chief", "admin")
    assert store.redeem_invite("second", NOW, "other", "hash") is None
    assert [one.name for one in store.accounts()] == ["chief"]


def test_a_taken_name_leaves_the_link_as_it_was(store: Store) -> None:
    account(store)
    store.create_invite(NewInvite("link", "maintenance", NOW + HOUR))
    assert store.redeem_invite("link", NOW, "li", "hash") is None
    redeemed = store.redeem_invite("link", NOW, "wang", "hash")
    assert redeemed is not None
    assert redeemed.name == "wang"


def test_last_use_and_end_of_a_token(store: Store) -> None:
    made = account(store)
    store.add_token(NewToken("t" * 64, "grafana", made.id, "police", "read", ("j-01",), NOW, NOW + HOUR), deed())
    store.touch_session("t" * 64, NOW + 1)
    (token,) = store.tokens(NOW)
    assert (token.name, token.role, token.scope, token.areas) == ("grafana", "police", "read", ("j-01",))
    assert (token.seen_ms, token.id) == (NOW + 1, "t" * 16)
    assert (store.tokens(NOW + HOUR), store.session("t" * 64, NOW + HOUR)) == ([], None)
    assert store.revoke_token("t" * 16, deed("token revoked"))
    assert not store.revoke_token("t" * 16, deed("token revoked"))


def test_lists_are_cut_to_an_area_before_they_are_cut_to_a_page(store: Store) -> None:
    opened = [FaultOpen(f"cam-{n}", "camera", f"j-0{1 + n % 2}", "dark", None, 2, NOW + n) for n in range(6)]
    store.record(Batch(NOW, faults=[*opened, FaultOpen("f-east", "feeder", "", "feeder_down", None, 1, NOW + 9)]))
    mine = Area(frozenset({"j-01"}), frozenset({"f-east"}))
    rows, cursor = store.faults("open", 2, area=mine)
    assert [one.asset for one in rows] == ["f-east", "cam-4"]
    assert [one.asset for one in store.faults("open", 5, cursor, area=mine)[0]] == ["cam-2", "cam-0"]
    assert [one.asset for one in store.orders("listed", 9, area=mine)[0]] == ["f-east", "cam-4", "cam-2", "cam-0"]
    assert store.faults("open", 9, area=Area(frozenset(), frozenset()))[0] == []


@pytest.mark.parametrize("column", ["who", "role", "action", "subject", "place", "detail", "at_ms", "hash"])
def test_a_row_of_the_audit_log_that_was_changed_is_named(store: Store, url: str, column: str) -> None:
    for number in range(5):
        store.note(deed(subject=f"s-{number}"))
    assert store.audited()[::2] == (5, None)
    value: object = 1 if column == "at_ms" else "x"
    assert Stranger(url).does(f"UPDATE audit SET {column} = ? WHERE id = 3", value) == 1  # noqa: S608  # names above
    assert store.verify_audit() == 3


def test_a_row_of_the_audit_log_that_is_missing_is_noticed(store: Store, url: str) -> None:
    for number in range(5):
        store.note(deed(subject=f"s-{number}"))
    Stranger(url).does("DELETE FROM audit WHERE id = 3")
    assert store.verify_audit() == 4

import hashlib
from typing import Any

import pytest

from contracts.inventory import Name
from demo.letters import Letters, Post, Row, Storm, count
from demo.people import Phone
from demo.told import Message
from demo.vendors import Received

NAME = Name(zh="某", en="Somebody")
ROOM = Phone("group:room", NAME, (), (("wecom", "room"),))
ANNA = Phone("anna", NAME, (), (("sms", "+8610000000001"), ("smtp", "anna@example.org")))
BERT = Phone("bert", NAME, (), (("sms", "+8610000000002"),))
BEGIN, END = Message(1, "problem", "cam-01", "black"), Message(2, "recovery", "cam-01", "black")


def row(id_: int, message: int | None, recipient: str = "anna", channel: str = "sms", **more: Any) -> Row:
    kind = "problem" if message == 1 else "recovery"
    made = Row(id_, message, "F-1", kind, recipient, channel, "", "sent", 1000 + id_, 2000 + id_, None, True)
    return made._replace(**more)


def letter(of: Row, to: str = "+8610000000001") -> Received:
    key = f"v-{of.id}-{of.made_ms}"
    if of.channel == "smtp":
        key = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@example.org>"
    head = "【恢复】" if of.kind == "recovery" else "【故障】"
    return Received(of.channel, to, f"{head} F-1", "" if of.channel == "wecom" else key, 3000 + of.id)


def counted(rows: list[Row], received: list[Received], *messages: Message) -> Letters:
    return count(Post("v", (ROOM, ANNA, BERT), messages or (BEGIN, END), rows, received, Storm(2, 60)))


FIRST, SECOND = row(1, 1), row(2, 2)
IN_ROOM = [row(3, 1, "group:room", "wecom"), row(4, 2, "group:room", "wecom")]
MAIL = row(5, 1, "anna", "smtp")


def test_all_that_was_told_and_came_is_no_reason_to_fail() -> None:
    rows = [FIRST, SECOND, *IN_ROOM, MAIL]
    came = [letter(FIRST), letter(SECOND), *(letter(one, "room") for one in IN_ROOM), letter(MAIL, "anna@example.org")]
    found = counted(rows, came)
    assert list(found.reasons()) == []
    assert (found.received, found.people, found.confirmed) == (5, 2, 5)
    assert found.channels == {"sms": 2, "wecom": 2, "smtp": 1}


@pytest.mark.parametrize("dropped", range(5))
def test_each_letter_that_no_vendor_has_is_missed(dropped: int) -> None:
    rows = [FIRST, SECOND, *IN_ROOM, MAIL]
    came = [letter(FIRST), letter(SECOND), *(letter(one, "room") for one in IN_ROOM), letter(MAIL, "anna@example.org")]
    del came[dropped]
    missing = counted(rows, came).missing
    assert len(missing) == 1
    assert "was sent and never came" in missing[0]


def test_a_message_that_reached_nobody_is_missing() -> None:
    found = counted([FIRST], [letter(FIRST)])
    assert found.missing == ["letter missing: recovery of cam-01 black reached nobody"]


def test_what_waits_for_the_digest_is_named_and_not_missing() -> None:
    waits = row(2, 2, state="waiting", bundle="digest:7", sent_ms=None)
    found = counted([FIRST, waits], [letter(FIRST)])
    assert (found.waiting, found.missing) == ({"digest": 1}, [])


def test_the_storm_guards_wait_is_believed_only_after_as_many_letters_as_it_lets_through() -> None:
    waits, other = row(2, 2, state="waiting", sent_ms=None), row(6, 1, channel="smtp")
    assert counted([FIRST, waits], [letter(FIRST)]).waiting == {}
    found = counted([FIRST, other, waits], [letter(FIRST), letter(other, "anna@example.org")])
    assert (found.waiting, found.missing) == ({"storm": 1}, [])


def test_what_is_in_anothers_letter_has_come() -> None:
    cover = row(7, None, kind="summary", fault=None)
    parts = [FIRST._replace(state="joined", into=7), SECOND._replace(state="joined", into=7)]
    assert list(counted([*parts, cover], [letter(cover)]).reasons()) == []


def test_the_same_in_a_room_twice_is_doubled() -> None:
    came = [letter(one, "room") for one in (IN_ROOM[0], IN_ROOM[0], IN_ROOM[1])]
    found = counted(IN_ROOM, came)
    assert found.doubled == ["letter doubled: problem about F-1 to group:room by wecom: 2 times"]
    assert (found.missing, found.strange) == ([], [])


def test_a_mail_that_is_shown_twice_is_doubled() -> None:
    came = [letter(MAIL, "anna@example.org")] * 2
    assert len(counted([MAIL], came, BEGIN).doubled) == 1


def test_an_end_that_comes_before_its_beginning_is_out_of_order() -> None:
    late, early = letter(FIRST), letter(SECOND)
    late.at_ms, early.at_ms = 9, 8
    assert counted([FIRST, SECOND], [late, early]).disordered == [
        "letter out of order: recovery of cam-01 black came to anna before its beginning"
    ]


def test_who_hears_of_an_end_alone_is_named() -> None:
    alone = row(2, 2, "bert")
    found = counted([FIRST, alone], [letter(FIRST), letter(alone, "+8610000000002")])
    assert found.disordered == ["letter out of order: recovery of cam-01 black came to bert before its beginning"]


def test_a_letter_on_anothers_phone_is_strange() -> None:
    found = counted([FIRST], [letter(FIRST, "+8610000000002")], BEGIN)
    assert found.strange == ["letter to the wrong one: problem for anna came to bert"]


def test_a_letter_that_the_store_does_not_know_is_strange() -> None:
    found = counted([FIRST], [letter(FIRST), letter(SECOND)], BEGIN)
    assert found.strange == ["letter from nowhere: sms to anna: 【恢复】 F-1"]

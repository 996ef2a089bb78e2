"""Trials of channels that people ask for from the page: taken up, sent by the channel's own courier, and answered."""

import secrets
from collections.abc import Callable, Mapping

import msgspec
import structlog

from gateway.clocks import stamp
from gateway.delivery.courier import Courier
from gateway.dispatch import Setup
from gateway.dispatch.moments import spoken
from gateway.dispatch.words import Lang, Letter, Outcome, Sent
from gateway.store import ChannelTest, Conflict, InputRow, Store, Tried
from gateway.store.channels import asked

log = structlog.get_logger(__name__)
# Older ones nobody waits for any more: the gateway was away, or the channel gave no answer.
LONGEST_MS = 60_000
# These speak to one person, who is to be named.
TO_PERSONS = ("sms", "voice", "smtp")
LATE = "nothing came of it within 60 s: the gateway was away, or the channel does not answer; it may have arrived"
_WORDS: dict[Lang, tuple[str, str]] = {
    "zh": ("通道测试", "这是一条测试消息（{time}），无需处理。收到即表示通道正常。"),
    "en": ("Channel test", "This is a trial ({time}). Nothing is to be done. You read it, so the channel works."),
}


def letter(to: str, lang: Lang, now_ms: int) -> Letter:
    """A trial to the address ``to``."""
    title, text = _WORDS[lang]
    variables = {"when": spoken(now_ms, now_ms, lang)}
    key = f"test-{secrets.token_hex(8)}"
    return Letter(key, to, lang, "test", 3, title, text.format(time=stamp(now_ms)[11:16]), "test", variables)


def judged(outcome: Outcome) -> Tried:
    """What the channel said, for people."""
    if isinstance(outcome, Sent):
        return Tried("confirmed" if outcome.confirmed else "taken", outcome.reference)
    return Tried("unknown" if outcome.unknown else "failed", outcome.reason)


class Trials:
    """``couriers`` by channel; ``setup``: who is reached how."""

    def __init__(
        self, store: Store, setup: Callable[[], Setup], couriers: Mapping[str, Courier], now_ms: Callable[[], int]
    ) -> None:
        self._store, self._setup, self._couriers, self._now_ms = store, setup, couriers, now_ms
        self._given: set[int] = set()

    def once(self) -> None:
        """Take up what is asked for, and give up what is too old. Raises StoreError."""
        for row in self._store.waiting_tests():
            if self._now_ms() - row.added_ms > LONGEST_MS:
                self._given.discard(row.id)
                self._answer(row.id, LATE)
            elif row.id not in self._given:
                self._begin(row)

    def _begin(self, row: InputRow) -> None:
        try:
            test = asked(row)
        except msgspec.DecodeError as error:
            self._answer(row.id, f"malformed: {error}")
            return
        courier = self._couriers.get(test.target)
        if courier is None:
            there = ", ".join(sorted(self._couriers)) or "none"
            self._answer(row.id, f"there is no channel {test.target!r}; there are: {there}")
            return
        to = self._address(courier, test)
        if to is None:
            self._answer(row.id, f"{test.target} reaches one person: name somebody whom the roster reaches by it")
            return
        self._given.add(row.id)
        courier.try_out(letter(to, test.lang, self._now_ms()), lambda outcome: self._done(row.id, courier, outcome))

    def _address(self, courier: Courier, test: ChannelTest) -> str | None:
        """None: nobody is named, or nobody that it reaches."""
        if not test.to:
            return None if courier.channel.kind in TO_PERSONS else ""
        ways = self._setup().ways.get(test.to, ())
        return next((way.to for way in ways if way.channel == courier.channel.name), None)

    def _done(self, number: int, courier: Courier, outcome: Outcome) -> None:
        """In the courier's thread."""
        if isinstance(outcome, Sent):
            self._store.letters.worked(courier.channel.name, self._now_ms())
        self._answer(number, judged(outcome))
        self._given.discard(number)

    def _answer(self, number: int, tried: Tried | str) -> None:
        log.info("channel tried", input=number, answer=tried if isinstance(tried, str) else tried.outcome)
        try:
            self._store.answer_test(number, tried, self._now_ms())
        except Conflict:
            log.warning("a trial was answered already", input=number)

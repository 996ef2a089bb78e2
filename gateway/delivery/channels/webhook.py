"""A signed webhook: the whole letter as JSON to an address of your own."""

import base64
import json
from typing import Any, Literal

from pydantic import Field

from gateway.delivery.channels.base import Clock
from gateway.delivery.channels.common import HttpSettings, Shared
from gateway.delivery.channels.limit import Limit
from gateway.delivery.channels.post import LONGEST_RETRY_S, Answer, Poster, refused
from gateway.delivery.channels.sign import signed
from gateway.delivery.channels.speech import said
from gateway.dispatch.words import ChannelKind, Failed, Letter, Outcome, Sent


class WebhookSettings(HttpSettings):
    """A signed webhook."""

    kind: Literal["webhook"] = Field(description="webhook: a signed webhook")
    secret: Shared = Field(description="secret of the signature, the same on the other side")


class Webhook:
    """One address that knows keys: a letter is shown once, however often it comes."""

    kind: ChannelKind = "webhook"
    idempotent = True

    def __init__(self, name: str, settings: WebhookSettings, clock: Clock) -> None:
        self.name, self._clock = name, clock
        self._url, self._secret = settings.url, settings.secret.get_secret_value()
        self._poster, self._limit = Poster(settings, clock), Limit(settings.per_minute, clock)

    def send(self, letter: Letter) -> Outcome:
        """Post it, signed."""
        if full := self._limit.take():
            return full
        body = json.dumps(content(letter), ensure_ascii=False).encode()
        answer = self._poster.post(self._url, body, signed(self._secret, self._clock.now_ms(), letter.key, body))
        if isinstance(answer, Failed):
            return answer
        return refused(answer) or judge(answer, self._secret, letter.to)

    def close(self) -> None:
        """Give connections back."""
        self._poster.close()


def content(letter: Letter) -> dict[str, Any]:
    """The letter as JSON; ``picture`` as base64."""
    picture = base64.b64encode(letter.picture).decode() if letter.picture else None
    return {
        "key": letter.key,
        "to": letter.to,
        "lang": letter.lang,
        "kind": letter.kind,
        "severity": letter.severity,
        "title": letter.title,
        "text": letter.text,
        "link": letter.link,
        "template": letter.template,
        "variables": letter.variables,
        "picture": picture,
    }


def judge(answer: Answer, *hidden: str) -> Outcome:
    """What the body of a 2xx says: ``ok: false`` or ``error`` is a refusal, for good without ``retry_after_s``."""
    body = answer.json() or {}
    if body.get("ok", True) is True and not body.get("error"):
        return Sent(confirmed=answer.status != 202, reference=said(body.get("id", ""), *hidden))
    after = body.get("retry_after_s")
    later = isinstance(after, int | float) and not isinstance(after, bool) and 0 <= after <= LONGEST_RETRY_S
    return Failed(later, f"refused: {said(body.get('error') or 'ok is not true', *hidden)}", after if later else None)

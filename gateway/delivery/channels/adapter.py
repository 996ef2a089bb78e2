"""SMS and voice through one signed HTTP adapter: a small bridge of your own to whatever vendor you have.

The adapter gets a template's id and short variables, never free text. docs/channels.md describes the protocol.
"""

import json
from typing import Annotated, Any

from msgspec import Struct
from pydantic import Field

from contracts.strict import Strict
from gateway.delivery.channels.base import Clock
from gateway.delivery.channels.common import HttpSettings, Shared
from gateway.delivery.channels.limit import Limit
from gateway.delivery.channels.post import LONGEST_RETRY_S, Answer, Poster, refused
from gateway.delivery.channels.sign import signed
from gateway.delivery.channels.speech import one_line, said
from gateway.dispatch.words import ChannelKind, Failed, Letter

LONGEST_VARIABLE = 20  # characters
Id = Annotated[str, Field(min_length=1, max_length=64)]


class Code(Struct, frozen=True):
    """A refusal: whether the same may succeed later, in words, and the seconds to wait if the answer says none."""

    recoverable: bool
    words: str
    after_s: float | None = None


# Every code but 0. No credit passes: somebody pays, and until then the auditor takes another way.
CODES = {
    1: Code(True, "too many a minute", 60),
    2: Code(True, "the vendor is busy or out of reach", 15),
    3: Code(True, "nobody answered", 60),
    4: Code(True, "the line was busy", 60),
    5: Code(True, "no credit at the vendor; pay", 600),
    10: Code(False, "no such number; correct the roster"),
    11: Code(False, "the template or its variables were refused; register it with the vendor"),
    12: Code(False, "the vendor does not serve this number; take it off its list of refusals"),
    13: Code(False, "the signature was refused; is the secret the same on both sides, and the clock right?"),
}


class Ids(Strict):
    """A template's id, one a language."""

    zh: Id = Field(description="id of the template in Chinese")
    en: Id | None = Field(default=None, description="id of the template in English; none: the Chinese one")


class AdapterSettings(HttpSettings):
    """What SMS and voice share."""

    secret: Shared = Field(description="secret of the signature, the same on the other side")
    templates: dict[str, Id | Ids] = Field(
        default={}, description="our template -> the vendor's id of it, or one a language: {zh: …, en: …}"
    )


class Adapter:
    """Speaks to the adapter; ``kind`` says whether it writes or rings."""

    def __init__(self, name: str, kind: ChannelKind, settings: AdapterSettings, clock: Clock) -> None:
        self.name, self._kind, self._settings, self._clock = name, kind, settings, clock
        self._secret = settings.secret.get_secret_value()
        self._poster, self._limit = Poster(settings, clock), Limit(settings.per_minute, clock)

    def ask(self, letter: Letter) -> dict[str, Any] | Failed:
        """The adapter's answer with code 0, or why there is none."""
        template = _template(self._settings, letter)
        if template is None:
            return Failed(False, f"no template id; set channels.{self.name}.templates.{said(letter.template)}")
        if not letter.to:
            return Failed(False, "no number; the roster gives none for this channel")
        if full := self._limit.take():
            return full
        body = json.dumps(_content(self._kind, template, letter), ensure_ascii=False).encode()
        headers = signed(self._secret, self._clock.now_ms(), letter.key, body)
        answer = self._poster.post(self._settings.url, body, headers)
        if isinstance(answer, Failed):
            return answer
        return refused(answer) or judge(answer)

    def close(self) -> None:
        """Give connections back."""
        self._poster.close()


def _template(settings: AdapterSettings, letter: Letter) -> str | None:
    ids = settings.templates.get(letter.template)
    if isinstance(ids, Ids):
        return (ids.en if letter.lang == "en" else None) or ids.zh
    return ids


def _content(kind: str, template: str, letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.key,
        "kind": kind,
        "to": letter.to,
        "lang": letter.lang,
        "template": template,
        "variables": {name: short(value) for name, value in letter.variables.items()},
    }


def short(value: str) -> str:
    """A variable as vendors take it: one line, no link, at most LONGEST_VARIABLE characters."""
    line = " ".join(word for word in one_line(value).split() if "://" not in word and not word.startswith("www."))
    return line if len(line) <= LONGEST_VARIABLE else line[: LONGEST_VARIABLE - 1] + "…"


def judge(answer: Answer) -> dict[str, Any] | Failed:
    """What the body of an HTTP 200 says: ``code`` decides. Its own words may hold numbers: ours stand here."""
    body = answer.json()
    code = body.get("code") if body else None
    if body is None or not isinstance(code, int) or isinstance(code, bool):
        return Failed(True, "an answer without code; is `url` the adapter's address?", unknown=True)
    if code == 0:
        return body
    known = CODES.get(code, Code(True, "a code nobody knows; see docs/channels.md"))
    after = body.get("retry_after_s")
    if isinstance(after, bool) or not isinstance(after, int | float) or not 0 <= after <= LONGEST_RETRY_S:
        after = known.after_s
    return Failed(known.recoverable, f"code {code}: {known.words}", after if known.recoverable else None)

"""A WeCom group robot: text and picture into a group of WeCom."""

import base64
import hashlib
import json
from typing import Any, Literal
from urllib.parse import urlencode

import structlog
from pydantic import Field, SecretStr

from gateway.delivery.channels.base import Clock
from gateway.delivery.channels.common import HttpSettings, Number
from gateway.delivery.channels.limit import Limit
from gateway.delivery.channels.post import Answer, Poster, refused
from gateway.delivery.channels.speech import fit, said
from gateway.dispatch.words import ChannelKind, Failed, Letter, Outcome, Sent

log = structlog.get_logger("gateway.delivery")

LONGEST_TEXT = 2_048  # bytes
LARGEST_PICTURE = 2 * 1024 * 1024  # bytes, before base64
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
# The codes that pass by themselves, with the seconds to wait: busy, conflict, too often, too many at once.
_PASSING: dict[int, float | None] = {-1: 5, 6000: 5, 45009: 60, 45033: 5}
# What to do about the others that are known.
_LASTING = {
    93000: "the key is not (or no longer) of a robot in a group; take the new one from the robot's page",
    93004: "the robot was switched off; switch it on in the group",
    93008: "the robot is not in the group; add it again",
}


class WecomSettings(HttpSettings):
    """A WeCom group robot."""

    kind: Literal["wecom"] = Field(description="wecom: a WeCom group robot")
    url: str = Field(
        default="https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        pattern=r"^https?://[^\s@?#]+$",
        description="address to post to, without the key",
    )
    secret: SecretStr = Field(min_length=1, description="the key: what follows `key=` in the robot's address")
    per_minute: Number = Field(default=20, description="messages a minute of one robot; a picture is one more")
    mention_all: bool = Field(
        default=True, description="severity 1 calls everybody in the group, unless the roster names telephones to call"
    )


class Wecom:
    """One robot. It knows no keys: a letter whose fate is unknown may be doubled."""

    kind: ChannelKind = "wecom"
    idempotent = False

    def __init__(self, name: str, settings: WecomSettings, clock: Clock) -> None:
        self.name, self._settings = name, settings
        self._poster, self._limit = Poster(settings, clock), Limit(settings.per_minute, clock)
        self._url = f"{settings.url}?{urlencode({'key': settings.secret.get_secret_value()})}"

    def send(self, letter: Letter) -> Outcome:
        """Text first; a picture that is not taken changes nothing of it."""
        text: dict[str, Any] = {"content": fit(letter.text, LONGEST_TEXT, letter.link or "")}
        if called := self._called(letter):
            text["mentioned_mobile_list"] = called
        outcome = self._post({"msgtype": "text", "text": text}, letter)
        picture = letter.picture
        if isinstance(outcome, Sent) and picture and len(picture) <= LARGEST_PICTURE and picture.startswith(_PICTURES):
            digest = hashlib.md5(picture, usedforsecurity=False).hexdigest()
            image = {"base64": base64.b64encode(picture).decode(), "md5": digest}
            shown = self._post({"msgtype": "image", "image": image}, letter)
            if isinstance(shown, Failed):
                log.warning("picture not taken", channel=self.name, key=letter.key, reason=shown.reason)
        return outcome

    def _called(self, letter: Letter) -> list[str]:
        if letter.severity != 1:
            return []
        named = [number.strip() for number in letter.to.split(",") if number.strip()]
        return named or (["@all"] if self._settings.mention_all else [])

    def _post(self, content: dict[str, Any], letter: Letter) -> Outcome:
        if full := self._limit.take():
            return full
        body = json.dumps(content, ensure_ascii=False).encode()
        answer = self._poster.post(self._url, body, {"Content-Type": "application/json"})
        if isinstance(answer, Failed):
            return answer
        return refused(answer) or judge(answer, self._settings.secret.get_secret_value(), *letter.to.split(","))

    def close(self) -> None:
        """Give connections back."""
        self._poster.close()


def judge(answer: Answer, *hidden: str) -> Outcome:
    """What the body of an HTTP 200 says: ``errcode`` decides."""
    body = answer.json()
    code = body.get("errcode") if body else None
    if body is None or not isinstance(code, int):
        return Failed(True, "an answer without errcode; is `url` a robot's address?", unknown=True)
    if code == 0:
        return Sent(confirmed=True)
    if code in _PASSING:
        return Failed(True, f"errcode {code}: {said(body.get('errmsg'), *hidden)}", _PASSING[code])
    if code in _LASTING:
        return Failed(False, f"errcode {code}: {_LASTING[code]}")
    # 4xxxx: what we sent; 93xxx: the robot. Of an unknown one, nobody knows that it lasts.
    lasting = 40_000 <= code < 50_000 or code // 1000 == 93
    return Failed(not lasting, f"errcode {code}: {said(body.get('errmsg'), *hidden)}")

"""Everything else, through Apprise: never confirmed, since it reports success by the HTTP status alone."""

from typing import Any, Literal

from pydantic import Field, SecretStr

from contracts.strict import Strict
from gateway.delivery.channels.base import ChannelError, Clock
from gateway.delivery.channels.common import Number
from gateway.delivery.channels.limit import Limit
from gateway.delivery.channels.speech import quiet
from gateway.dispatch.words import ChannelKind, Failed, Letter, Outcome, Sent


class AppriseSettings(Strict):
    """Services that Apprise knows."""

    kind: Literal["apprise"] = Field(description="apprise: services that Apprise knows")
    secret: SecretStr = Field(min_length=1, description="Apprise URLs, one a line")
    per_minute: Number = Field(default=20, description="letters a minute at most; more wait")


class Apprise:
    """All URLs of one channel together."""

    kind: ChannelKind = "apprise"
    idempotent = False

    def __init__(self, name: str, settings: AppriseSettings, clock: Clock) -> None:
        self.name, self._limit = name, Limit(settings.per_minute, clock)
        self._urls = _opened(settings.secret.get_secret_value().split())

    def send(self, letter: Letter) -> Outcome:
        """Hand it to Apprise. One of several services that fails fails the letter, whose fate is then unknown."""
        if full := self._limit.take():
            return full
        if self._urls.notify(body=letter.text, title=letter.title, body_format="text"):
            return Sent(confirmed=False)
        return Failed(True, "Apprise reports a failure", unknown=True)

    def close(self) -> None:
        """Apprise holds nothing open."""


def _opened(urls: list[str]) -> Any:
    quiet("apprise")
    quiet("urllib3.connectionpool")
    try:
        import apprise  # noqa: PLC0415  # 100 services, for those who use one
    except ImportError as error:
        raise ChannelError("Apprise is not installed: scripts/setup --extras gateway") from error
    quiet("apprise")  # after its import, which opens its log
    quiet("urllib3.connectionpool")
    opened = apprise.Apprise()
    wrong = [number for number, url in enumerate(urls, 1) if not opened.add(url)]
    if wrong or not urls:
        raise ChannelError(f"secret: no Apprise URL in line {', '.join(map(str, wrong)) or '1'}")
    return opened

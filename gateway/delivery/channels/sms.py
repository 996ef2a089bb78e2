"""SMS through the signed adapter."""

from typing import Literal

from pydantic import Field

from gateway.delivery.channels.adapter import Adapter, AdapterSettings
from gateway.delivery.channels.base import Clock
from gateway.delivery.channels.speech import said
from gateway.dispatch.words import ChannelKind, Failed, Letter, Outcome, Sent


class SmsSettings(AdapterSettings):
    """SMS through the signed adapter."""

    kind: Literal["sms"] = Field(description="sms: text messages through the signed adapter")


class Sms:
    """Text messages. Confirmed once the vendor has taken one."""

    kind: ChannelKind = "sms"
    idempotent = True

    def __init__(self, name: str, settings: SmsSettings, clock: Clock) -> None:
        self.name, self._adapter = name, Adapter(name, "sms", settings, clock)

    def send(self, letter: Letter) -> Outcome:
        """Template and variables to the adapter."""
        answer = self._adapter.ask(letter)
        return answer if isinstance(answer, Failed) else Sent(True, said(answer.get("id", ""), letter.to))

    def close(self) -> None:
        """Give connections back."""
        self._adapter.close()

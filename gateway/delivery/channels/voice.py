"""Voice calls through the signed adapter."""

from typing import Literal

from pydantic import Field

from gateway.delivery.channels.adapter import Adapter, AdapterSettings
from gateway.delivery.channels.base import Clock
from gateway.delivery.channels.common import Number
from gateway.delivery.channels.speech import said
from gateway.dispatch.words import ChannelKind, Failed, Letter, Outcome, Sent


class VoiceSettings(AdapterSettings):
    """Voice calls through the signed adapter."""

    kind: Literal["voice"] = Field(description="voice: calls through the signed adapter")
    read_s: float = Field(default=40, gt=0, le=45, description="seconds to wait for its answer; it rings meanwhile")
    per_minute: Number = Field(default=10, description="calls a minute at most; more wait")


class Voice:
    """Calls. Confirmed only if somebody picked up: accepted is not heard."""

    kind: ChannelKind = "voice"
    idempotent = True

    def __init__(self, name: str, settings: VoiceSettings, clock: Clock) -> None:
        self.name, self._adapter = name, Adapter(name, "voice", settings, clock)

    def send(self, letter: Letter) -> Outcome:
        """Template and variables to the adapter, which rings."""
        answer = self._adapter.ask(letter)
        if isinstance(answer, Failed):
            return answer
        return Sent(answer.get("answered") is True, said(answer.get("id", ""), letter.to))

    def close(self) -> None:
        """Give connections back."""
        self._adapter.close()

"""The ways to people: their settings, and how one is opened by its name."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.delivery.channels.adapter import AdapterSettings
from gateway.delivery.channels.apprise import Apprise, AppriseSettings
from gateway.delivery.channels.base import Channel, ChannelError, Clock
from gateway.delivery.channels.blueprint import File, FileSettings
from gateway.delivery.channels.console import Console, ConsoleSettings
from gateway.delivery.channels.sms import Sms, SmsSettings
from gateway.delivery.channels.smtp import Smtp, SmtpSettings
from gateway.delivery.channels.voice import Voice, VoiceSettings
from gateway.delivery.channels.webhook import Webhook, WebhookSettings
from gateway.delivery.channels.wecom import Wecom, WecomSettings
from gateway.dispatch.templates import TEMPLATES

__all__ = ["Channel", "ChannelError", "ChannelSettings", "Clock", "Name", "missing_templates", "open_channel"]

# Also a part of an environment variable's name, where `__` stands between keys.
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def _name(text: str) -> str:
    if len(text) > 31 or not _NAME.fullmatch(text):
        raise ValueError("a channel's name has small letters, digits and single underscores between them, 31 at most")
    return text


Name = Annotated[str, AfterValidator(_name)]
ChannelSettings = Annotated[
    WecomSettings
    | SmtpSettings
    | WebhookSettings
    | SmsSettings
    | VoiceSettings
    | ConsoleSettings
    | AppriseSettings
    | FileSettings,
    Field(discriminator="kind"),
]


def open_channel(name: str, settings: ChannelSettings, clock: Clock) -> Channel:
    """The channel, ready to send; nothing is sent and nobody is called yet.

    Raises ChannelError, with the channel's name, for what cannot be used.
    """
    try:
        return _open(name, settings, clock)
    except ChannelError as error:
        raise ChannelError(f"channels.{name}: {error}") from error


def _open(name: str, settings: ChannelSettings, clock: Clock) -> Channel:
    match settings:
        case WecomSettings():
            return Wecom(name, settings, clock)
        case SmtpSettings():
            return Smtp(name, settings, clock)
        case WebhookSettings():
            return Webhook(name, settings, clock)
        case SmsSettings():
            return Sms(name, settings, clock)
        case VoiceSettings():
            return Voice(name, settings, clock)
        case ConsoleSettings():
            return Console(name, settings, clock)
        case AppriseSettings():
            return Apprise(name, settings, clock)
        case FileSettings():
            return File(name, settings, clock)


def missing_templates(settings: ChannelSettings) -> list[str]:
    """Names of our templates that an SMS or voice channel has no vendor's id for."""
    if not isinstance(settings, AdapterSettings):
        return []
    return [name for name in TEMPLATES if name not in settings.templates]

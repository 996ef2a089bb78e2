"""Words that dispatch, its outbox and its channels share. Times are milliseconds since the Unix epoch (UTC)."""

from typing import Literal

from msgspec import Struct

from gateway.faults.kinds import MessageKind

# How a channel reaches people. A `group` channel speaks to a room, every other one to a person's address.
ChannelKind = Literal["wecom", "smtp", "webhook", "sms", "voice", "console", "apprise", "file"]
# What a letter is about: a message of the engine, a fault that nobody takes, several at once, or a trial.
LetterKind = MessageKind | Literal["reminder", "digest", "summary", "test"]
# Where a row of the outbox stands. `waiting`: to be sent when due; `sending`: some sender holds its lease; `sent`: the
# vendor has taken it; `joined`: its words are in another row's letter; `dropped`: no longer of use; `dead`: given up,
# the auditor's matter.
OutboxState = Literal["waiting", "sending", "sent", "joined", "dropped", "dead"]
Lang = Literal["zh", "en"]


class Address(Struct, frozen=True):
    """One row for the outbox: who is told, by which channel, when and why.

    ``recipient``: a person's id, or ``group:<id>``; '' where nobody is there to be told (``channel`` is '' too).
    ``post``: the reason they get it: a department, ``<department>.head``, ``grid_lead@<grid>`` … ``role``: whose first
    step the text gives. ``step``: 0 the first message, 1 to 3 the ladder. ``unless_taken``: of no use once somebody has
    taken the fault.
    """

    recipient: str
    channel: str
    post: str
    role: str
    due_ms: int
    step: int = 0
    unless_taken: bool = False


class Letter(Struct, frozen=True):
    """What a channel is given to send.

    ``key``: the same for every attempt; a receiver that knows such keys shows it once. ``to``: the address on this
    channel (a telephone number, a mail address; '' for a room). ``text``: all of it, plain. ``template`` and
    ``variables``: the same for vendors who refuse free text: without a link, each variable at most 20 characters.
    ``link``: where it can be taken on, already in ``text``.
    """

    key: str
    to: str
    lang: Lang
    kind: LetterKind
    severity: int
    title: str
    text: str
    template: str = ""
    variables: dict[str, str] = {}
    link: str | None = None
    picture: bytes | None = None


class Sent(Struct, frozen=True):
    """The channel has taken it. ``confirmed``: the vendor's own answer says so; ``reference``: its number for it."""

    confirmed: bool
    reference: str = ""


class Failed(Struct, frozen=True):
    """It was not taken. ``recoverable``: the same may succeed later, not before ``retry_after_s``; ``reason`` holds no
    secret and no address. ``unknown``: it may have been taken all the same (the line broke before the answer): where
    the receiver knows no keys, one more attempt may double it."""

    recoverable: bool
    reason: str
    retry_after_s: float | None = None
    unknown: bool = False


Outcome = Sent | Failed

"""Who is on duty (值班表): people, how they are reached, and when they answer for which post.

Read from a file kept outside git, stored as JSON. ``gateway.dispatch.duty`` says who is on duty at a moment.
"""

import datetime as dt
import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from contracts.inventory import Id, Label
from contracts.strict import Strict
from gateway.dispatch.days import DayWord, ms_of
from gateway.dispatch.words import Lang
from gateway.faults.times import Clock

PostId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,67}$")]
ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Holidays = Literal["as_usual", "only", "never"]
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_LANDLINE = re.compile(r"0\d{9,11}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CHINESE_MOBILE = re.compile(r"\+861\d{10}")


def _phone(text: str) -> str:
    """Digits alone, without the gaps people write."""
    digits = re.sub(r"[ -]", "", text)
    if not _E164.fullmatch(digits) and not _LANDLINE.fullmatch(digits):
        # Nothing of the number itself: it would stand in a log.
        raise ValueError("is no telephone number; write '+86 138…' with the country's code, or a landline '025-…'")
    return digits


def _mail(text: str) -> str:
    if not _MAIL.fullmatch(text):
        raise ValueError("is no mail address such as 'name@example.org'")
    return text


def _no_number(value: object) -> object:
    if isinstance(value, int):
        raise ValueError("was read as a number; put it in quotes: '+86 138…'")
    return value


Phone = Annotated[str, BeforeValidator(_no_number), AfterValidator(_phone)]
Mail = Annotated[str, AfterValidator(_mail)]


def mobile(phone: str) -> bool:
    """Whether a short message can get there: a Chinese landline takes none."""
    return _CHINESE_MOBILE.fullmatch(phone) is not None or (phone[:1] == "+" and not phone.startswith("+86"))


class _Row(Strict):
    model_config = ConfigDict(populate_by_name=True)


class Desk(_Row):
    """Whom everybody may ring; named in letters where a link is of no use."""

    name: Label = Field(description="what the desk is called, such as 村综治中心值班室")
    phone: Phone = Field(description="its number")


class Person(_Row):
    """Somebody who can be told."""

    id: Id
    name: Label = Field(description="their name")
    lang: Lang = Field(default="zh", description="the language of their letters")
    phone: Phone | None = Field(default=None, description="'+86 138…', or a landline '025-…' for calls alone")
    email: Mail | None = Field(default=None, description="mail address")
    via: tuple[ChannelName, ...] = Field(min_length=1, description="channels that reach them, the preferred one first")
    addresses: dict[ChannelName, Label] = Field(
        default={}, description="channel: their address on it, where it is neither the phone nor the mail address"
    )


class Group(_Row):
    """A room that hears what a post is told, such as a WeCom group (企业微信群)."""

    id: Id
    post: PostId = Field(description="a department's id, <department>.head, grid_officer or grid_lead")
    grid: Id | None = Field(default=None, description="of grid_officer and grid_lead: which grid")
    channel: ChannelName
    lang: Lang = Field(default="zh", description="the language of its letters")
    to: str = Field(default="", max_length=200, description="an address on the channel: a list's for smtp")


class Duty(_Row):
    """A shift that comes again. It belongs to the day on which it begins."""

    post: PostId = Field(description="a department's id, <department>.head, grid_officer or grid_lead")
    grid: Id | None = Field(default=None, description="of grid_officer and grid_lead: which grid")
    person: Id
    days: Literal["every"] | tuple[DayWord, ...] = Field(
        default="every", description="every, or a list of mon to sun; a weekend day that is worked counts as mon"
    )
    begin: Clock = Field(default="00:00", alias="from", description="when it begins")
    end: Clock = Field(default="00:00", alias="to", description="when it ends; not later than 'from': the next day")
    holidays: Holidays = Field(
        default="as_usual", description="public holidays: as_usual, on them only, or never on them"
    )


class HandOver(_Row):
    """For a while somebody stands in for another, or joins them."""

    post: PostId = Field(description="a department's id, <department>.head, grid_officer or grid_lead")
    grid: Id | None = Field(default=None, description="of grid_officer and grid_lead: which grid")
    person: Id = Field(description="who takes over")
    instead_of: Id | None = Field(default=None, description="for whom, whenever they are on duty; omitted: joins")
    begin: dt.datetime = Field(alias="from", description="such as 2026-10-01 08:00, the village's time")
    end: dt.datetime = Field(alias="to", description="until then, not included")

    @model_validator(mode="after")
    def _in_order(self) -> "HandOver":
        begin, end = self.span_ms
        if end <= begin:
            raise ValueError("ends before it begins; 'to' must be later than 'from'")
        return self

    @cached_property
    def span_ms(self) -> tuple[int, int]:
        """From and to, Unix ms."""
        return ms_of(self.begin), ms_of(self.end)


class Roster(_Row):
    """The whole of it."""

    desk: Desk
    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    duties: tuple[Duty, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Person]:
        """People by id."""
        return {person.id: person for person in self.people}

    @cached_property
    def duties_of(self) -> dict[tuple[str, str | None], tuple[Duty, ...]]:
        """Duties by post and grid, in the file's order."""
        keys = dict.fromkeys((duty.post, duty.grid) for duty in self.duties)
        return {key: tuple(duty for duty in self.duties if (duty.post, duty.grid) == key) for key in keys}

    @cached_property
    def hand_overs_of(self) -> dict[tuple[str, str | None], tuple[HandOver, ...]]:
        """Hand-overs by post and grid, in the file's order."""
        keys = dict.fromkeys((row.post, row.grid) for row in self.hand_overs)
        return {key: tuple(row for row in self.hand_overs if (row.post, row.grid) == key) for key in keys}

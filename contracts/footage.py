"""Words of an inventory about a camera's streams and recordings."""

import datetime as dt
import re
import string
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from contracts.fields import Id
from contracts.strict import Strict

Transport = Literal["tcp", "udp"]
UTC_FORM = "%Y%m%dT%H%M%SZ"
CHINA = dt.timezone(dt.timedelta(hours=8))


def without_login(url: str) -> str:
    """``url``, unless a login stands in it; raises :class:`ValueError`."""
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError("must not hold a login; name a secret in 'login' instead")
    return url


def _stream(url: str) -> str:
    if not re.match(r"rtsps?://[^/]", without_login(url)):
        raise ValueError("must be an address such as rtsp://10.0.0.7/2")
    return url


def _template(url: str) -> str:
    fields = {name for _, name, _, _ in string.Formatter().parse(_stream(url)) if name is not None}
    if fields != {"start", "end"}:
        raise ValueError("must name {start} and {end}, such as {start:%Y%m%dT%H%M%SZ}, and nothing else in braces")
    return url


StreamUrl = Annotated[str, AfterValidator(_stream)]


class Recording(Strict):
    """Where a camera's recording can be asked for. A picture that nobody recorded helps nobody."""

    playback: Annotated[str, AfterValidator(_template)] = Field(
        description="rtsp:// address of a stretch of it, with {start} and {end} (20260318T040000Z); a form of its own "
        "is written as {start:%Y_%m_%d_%H_%M_%S}"
    )
    login: Id | None = Field(default=None, description="secret of the recorder; the camera's when omitted")
    retention_days: int = Field(default=30, ge=2, le=3650, description="days that the recorder has to keep")
    every_s: float = Field(default=21_600, ge=5, le=86_400, description="seconds between two questions")
    since: dt.date | None = Field(
        default=None, description="the day it began, such as 2026-03-18; nothing is expected of before"
    )
    time: Literal["utc", "china"] = Field(default="utc", description="in which clock the recorder is asked")

    @property
    def since_s(self) -> float | None:
        """``since`` as Unix time."""
        return None if self.since is None else dt.datetime.combine(self.since, dt.time(), CHINA).timestamp()

    def url(self, start: float, end: float) -> str:
        """The address for two Unix times."""
        zone = dt.UTC if self.time == "utc" else CHINA
        moments = [dt.datetime.fromtimestamp(round(at), zone) for at in (start, end)]
        return "".join(
            before + ("" if name is None else moments[name == "end"].strftime(form or UTC_FORM))
            for before, name, form, _ in string.Formatter().parse(self.playback)
        )

"""One letter as it is drawn: what kind of thing it is on a phone, and its text in pieces. Pure."""

import datetime as dt
import re
import string
from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from demo.vendors.ledger import Received

VILLAGE_TIME = dt.timezone(dt.timedelta(hours=8))
Tone = Literal["urgent", "reminder", "over", "plain"]
# How letters begin, as a reader would tell them apart.
_TONES: tuple[tuple[Tone, tuple[str, ...]], ...] = (
    ("urgent", ("【紧急", "紧急：", "URGENT", "Urgent")),
    ("reminder", ("【催办", "催办：", "Nobody has it", "No progress", "Reminder")),
    ("over", ("【恢复", "【已稳定", "已结束：", "Over:", "Steady again")),
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What such a link has in it.
TAKE = "/a/"
_LINK = re.compile(r"https?://[^\s，。]+")


class Piece(Struct, frozen=True):
    """A run of text. ``what``: a variable that the vendor put into its template, a link, or plain words."""

    text: str
    what: Literal["plain", "variable", "link"] = "plain"


class Card(Struct, frozen=True):
    """``shown``: the how-manieth of the same on this phone; ``times``: how often it came under one key, shown once;
    ``take``: the link by which the fault is taken on, whose line is not among ``lines``.
    """

    channel: str
    time: str
    tone: Tone
    title: str
    lines: tuple[tuple[Piece, ...], ...]
    take: str
    template: str
    mentioned: bool
    shown: int
    times: int
    lang: str


def card(letter: Received, templates: Mapping[str, str], shown: int) -> Card:
    """How a phone shows it."""
    head, _, rest = letter.text.partition("\n")
    take = next((link for link in _LINK.findall(letter.text) if TAKE in link), "")
    whole = letter.template != ""
    lines = [_filled(letter, templates[letter.template])] if letter.template in templates else None
    return Card(
        channel=letter.channel,
        time=f"{dt.datetime.fromtimestamp(letter.at_ms / 1000, VILLAGE_TIME):%H:%M:%S}",
        tone=tone(letter.text),
        title="" if whole else head,
        lines=tuple(lines or _lines(letter.text if whole else rest, head, take)),
        take=take,
        template=letter.template,
        mentioned=bool(letter.mentioned),
        shown=shown,
        times=letter.times,
        lang="zh-CN" if _CHINESE.search(letter.text) else "en",
    )


def tone(text: str) -> Tone:
    """What a glance at its beginning tells."""
    return next((name for name, heads in _TONES if text.startswith(heads)), "plain")


def _lines(text: str, head: str, take: str) -> Iterator[tuple[Piece, ...]]:
    """Without what only repeats the title, as a mail's first line does, and without the button's line."""
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines[1:] if lines[:1] == [head] else lines:
        if not take or take not in line:
            yield _linked(line)


def _linked(line: str) -> tuple[Piece, ...]:
    pieces, at = [], 0
    for found in _LINK.finditer(line):
        pieces += [Piece(line[at : found.start()]), Piece(found[0], "link")]
        at = found.end()
    return tuple(piece for piece in (*pieces, Piece(line[at:])) if piece.text)


def _filled(letter: Received, template: str) -> tuple[Piece, ...]:
    """The registered words, and what was put into them."""
    return tuple(piece for piece in _pieces(letter, template) if piece.text)


def _pieces(letter: Received, template: str) -> Iterator[Piece]:
    at = 0
    for found in string.Template.pattern.finditer(template):
        name = found["braced"] or found["named"]
        if name is None:
            continue
        yield Piece(template[at : found.start()])
        yield Piece(letter.variables.get(name, ""), "variable")
        at = found.end()
    yield Piece(template[at:])

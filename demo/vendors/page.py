"""The phones: a page that shows what each person and each room received, as somebody would see it."""

import mimetypes
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from msgspec import Struct, field
from msgspec.json import decode

import dashboard_api
from demo.vendors.cards import Card, card
from demo.vendors.ledger import Received

Lang = Literal["zh", "en"]
HERE = Path(__file__).parent / "phones"
# Its colours and faces are those of the real page.
STATIC = {
    "/phones.css": HERE / "phones.css",
    "/phones.js": HERE / "phones.js",
    **{f"/{name}": Path(dashboard_api.__file__).parent / "web" / "static" / name for name in ("app.css", "icon.svg")},
}
POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"),
        *("form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"),
    )
)
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
GROUP = "group:"


class Owner(Struct, frozen=True):
    """A person's phone or a room. ``at``: channel and address by which letters reach it."""

    id: str
    name: Mapping[str, str]
    posts: tuple[Mapping[str, str], ...]
    at: tuple[tuple[str, str], ...]

    @property
    def room(self) -> bool:
        """Whether it is a room."""
        return self.id.startswith(GROUP)


class People(Struct, frozen=True):
    """Whose the phones are."""

    village: Mapping[str, str] = field(default_factory=lambda: {"zh": "供应商模拟", "en": "Vendors"})
    phones: tuple[Owner, ...] = ()


class Phone(Struct, frozen=True):
    """One phone, its newest letter first. ``mark`` changes with what is on it."""

    owner: Owner
    cards: tuple[Card, ...]

    @property
    def mark(self) -> str:
        """Another one when something came."""
        return f"{len(self.cards)}.{sum(one.times for one in self.cards)}"


def people_of(path: Path) -> People:
    """Whose the phones are, from a file. Raises OSError, ValueError."""
    return decode(path.read_bytes(), type=People)


@cache
def _template() -> Template:
    made = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return made.get_template("page.html")


@cache
def _words() -> dict[str, dict[str, str]]:
    return decode((HERE / "words.json").read_bytes(), type=dict[str, dict[str, str]])


class Page:
    """``templates``: as the vendor of SMS and calls has them registered."""

    def __init__(self, people: People, templates: Mapping[str, str] | None) -> None:
        self._people, self._templates = people, templates or {}

    def html(self, received: list[Received], lang: Lang) -> str:
        """The whole page."""
        phones = list(self._phones(received))
        return str(
            _template().render(
                lang=lang,
                words=_words()[lang],
                village=self._people.village[lang],
                phones=[phone for phone in phones if phone.cards],
                silent=[phone.owner for phone in phones if not phone.cards],
                count=len(received),
            )
        )

    def _phones(self, received: list[Received]) -> Iterator[Phone]:
        known = {at: owner for owner in self._people.phones for at in owner.at}
        letters: dict[str, list[Received]] = {owner.id: [] for owner in self._people.phones}
        strangers: dict[tuple[str, str], list[Received]] = {}
        for one in received:
            owner = known.get((one.channel, one.to))
            (strangers.setdefault((one.channel, one.to), []) if owner is None else letters[owner.id]).append(one)
        for owner in self._people.phones:
            yield self._phone(owner, letters[owner.id])
        for (channel, to), found in strangers.items():
            yield self._phone(Owner(f"{channel}:{to}", dict.fromkeys(("zh", "en"), to or channel), (), ()), found)

    def _phone(self, owner: Owner, letters: list[Received]) -> Phone:
        cards = [card(one, self._templates, shown) for one, shown in zip(letters, _shown(letters), strict=True)]
        return Phone(owner, tuple(reversed(cards)))


def _shown(letters: list[Received]) -> Iterator[int]:
    """The how-manieth of the same each letter is. Where there is no key, what comes twice in a row is the same."""
    seen: dict[str, int] = {}
    before: tuple[str, str] | None = None
    for one in letters:
        if not one.key and (one.channel, one.text) != before:
            seen[one.text] = 0
        before = (one.channel, one.text)
        seen[one.key or one.text] = seen.get(one.key or one.text, 0) + 1
        yield seen[one.key or one.text]


def static(path: str) -> tuple[bytes, str] | None:
    """A file of the page, and its type."""
    file = STATIC.get(path)
    return None if file is None else (file.read_bytes(), mimetypes.guess_type(file.name)[0] or "text/plain")

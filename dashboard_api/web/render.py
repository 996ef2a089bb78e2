"""From a scene to HTML: the page, its parts, and the small pages around it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.fields import Name
from contracts.names import name_of, place_of
from dashboard_api import scene
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.scene import Scene
from dashboard_api.web import ages, assets, fault_view, texts, view
from dashboard_api.web.fault_view import Names, NamesOf, Reader
from dashboard_api.web.texts import Lang
from gateway.store import FaultRow

# htmx is told to evaluate nothing and to write no style of its own: the page's policy forbids both.
HTMX = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "historyEnabled": False,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "(401|403|404|409|422)", "swap": True, "error": False},
        {"code": "...", "swap": False, "error": True},
    ],
}


@dataclass(frozen=True, slots=True)
class Taste:
    """How this reader likes the page; from cookies and links, nothing else is kept of a resident."""

    lang: Lang
    large: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """An acknowledgement just sent: its outcome, and what was typed if it has to be typed again."""

    fault: str
    message: str
    good: bool
    comment: str = ""
    measured_dead: bool = False


def taste(request: Request) -> Taste:
    """From the address, else from cookies; Chinese unless English was asked for."""
    lang = request.query_params.get("lang") or request.cookies.get("lang")
    size = request.query_params.get("size") or request.cookies.get("size")
    return Taste("en" if lang == "en" else "zh", size == "large")


@cache
def _environment() -> Environment:
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"asset": assets.url, "htmx_config": json.dumps(HTMX, separators=(",", ":"))}
    return made


def _common(village: Name, liking: Taste, person: Person | None) -> dict[str, Any]:
    lang = liking.lang
    return {
        "lang": lang,
        "html_lang": texts.HTML_LANG[lang],
        "large": liking.large,
        "person": person,
        "person_name": texts.person(lang, person.display) if person else "",
        "village": village.text(lang),
        "t": lambda key, **values: texts.say(lang, key, **values),
    }


def _aged(lang: Lang, now_ms: int) -> dict[str, Any]:
    return {
        "now_ms": now_ms,
        "ago": lambda then_ms: ages.ago(lang, then_ms, now_ms),
        "lasting": lambda then_ms: ages.lasting(lang, then_ms, now_ms),
        "words": json.dumps(ages.words(lang), ensure_ascii=False),
    }


def _context(desk: Desk, liking: Taste, person: Person | None, now: Scene, draft: Draft | None) -> dict[str, Any]:
    lang = liking.lang
    spots, drawing = view.spots(lang, desk.village, now)
    reader, names = _reader(desk, lang, person, now.now_ms), _names(desk)
    return {
        **_common(desk.village.name, liking, person),
        **_aged(lang, now.now_ms),
        "scene": now,
        "tiles": view.tiles(lang, now),
        "spots": spots,
        "places": view.cards(spots),
        "roads": drawing.roads,
        "counts": view.counts(lang, spots),
        "piles": view.piles(lang, desk.village, now),
        "cards": [fault_view.card(reader, group, names) for group in now.open],
        "past": [fault_view.past(lang, row, names(row), now.now_ms) for row in now.closed],
        "draft": draft,
    }


def _reader(desk: Desk, lang: Lang, person: Person | None, now_ms: int) -> Reader:
    takes = person is not None and person.may("acknowledge")
    return Reader(lang, person.role if person else "resident", desk.called if person else None, takes, now_ms)


def _names(desk: Desk) -> NamesOf:
    def names(row: FaultRow) -> Names:
        place, root = place_of(desk.village, desk.names, row.junction), row.root
        return Names(name_of(desk.names, row.asset), place, None if root is None else name_of(desk.names, root))

    return names


def _scene(desk: Desk, person: Person | None) -> Scene:
    return scene.read(desk) if person is None else scene.read(desk, person.sees_fault)


def page(desk: Desk, liking: Taste, person: Person | None, draft: Draft | None = None) -> bytes:
    """The whole page."""
    context = _context(desk, liking, person, _scene(desk, person), draft)
    return _environment().get_template("page.html").render(context).encode()


def part(desk: Desk, name: str, liking: Taste, person: Person | None, draft: Draft | None = None) -> bytes:
    """One section of the page: a template of ``parts/``."""
    context = _context(desk, liking, person, _scene(desk, person), draft)
    return _environment().get_template(f"parts/{name}.html").render(context).encode()


def plain(village: Name, liking: Taste, template: str, **values: Any) -> bytes:
    """A page for everybody, from ``values`` alone."""
    return _environment().get_template(template).render({**_common(village, liking, None), **values}).encode()


def small(desk: Desk, liking: Taste, template: str, person: Person | None = None, **values: object) -> bytes:
    """A page of its own: signing in, or an error."""
    context = {**_common(desk.village.name, liking, person), **_aged(liking.lang, desk.clock()), **values}
    return _environment().get_template(template).render(context).encode()


def bare(village: Name, liking: Taste, template: str, now_ms: int, **values: object) -> bytes:
    """The same of a village of which only the name is known."""
    context = {**_common(village, liking, None), **_aged(liking.lang, now_ms), **values}
    return _environment().get_template(template).render(context).encode()

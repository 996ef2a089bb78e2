"""From a look at the chargers to HTML."""

import json
from typing import Any

from dashboard_api.public.board import Board
from dashboard_api.public.look import only
from dashboard_api.sheet import Charger, Look, Site
from dashboard_api.times import clock_text
from dashboard_api.web import render
from dashboard_api.web.render import Taste
from dashboard_api.web.residents import spans, view
from dashboard_api.web.residents.qr import drawing
from dashboard_api.web.texts import Lang, say


def chargers(board: Board, liking: Taste) -> bytes:
    """All chargers now."""
    seen = board.look()
    operators = {one.id: one for site in seen.sites for charger in site.chargers if (one := charger.operator)}
    calls = view.calls(liking.lang, seen.home.duty, only(operators.values()))
    drawn = view.sites(liking.lang, seen)
    return _page(board, liking, seen, "chargers.html", sites=drawn, calls=calls)


def charger(board: Board, liking: Taste, name: str) -> bytes | None:
    """One charge point; None if there is none of that name."""
    seen = board.look()
    site, found = _find(seen, name)
    if site is None or found is None:
        return None
    return _page(
        board,
        liking,
        seen,
        "charger.html",
        pile=view.charger_view(liking.lang, found, seen.now_ms),
        site=next(one for one in view.sites(liking.lang, seen) if one.id == site.id),
        calls=view.calls(liking.lang, seen.home.duty, found.operator),
    )


def poster(board: Board, liking: Taste, name: str) -> bytes | None:
    """A sheet to print for one place; None if no charger stands there."""
    seen = board.look()
    site = next((one for one in seen.sites if one.id == name), None)
    if site is None:
        return None
    public_url, ring = board.public_url, seen.home.duty
    address = None if public_url is None else f"{public_url}/#{site.id}"
    return _page(
        board,
        liking,
        seen,
        "poster.html",
        site=site.name.text(liking.lang),
        address=address,
        shown=None if public_url is None else public_url.split("://")[1],
        qr=None if address is None else drawing(address),
        ring=ring,
    )


def _find(seen: Look, name: str) -> tuple[Site | None, Charger | None]:
    pairs = ((site, charger) for site in seen.sites for charger in site.chargers if charger.id == name)
    return next(pairs, (None, None))


def _page(board: Board, liking: Taste, seen: Look, template: str, **values: Any) -> bytes:
    lang, now_ms = liking.lang, seen.now_ms
    known = {
        "look": seen,
        "fronted": board.fronted,
        "now_ms": now_ms,
        "unheard": _unheard(lang, seen),
        "clock": clock_text(now_ms, now_ms),
        "newest": None if seen.newest_ms is None else clock_text(seen.newest_ms, now_ms),
        "script": json.dumps(_script(lang), ensure_ascii=False, separators=(",", ":")),
        **values,
    }
    return render.plain(seen.home.name, liking, f"residents/{template}", **known)


def _unheard(lang: Lang, seen: Look) -> view.Aged | None:
    """Since when a front has not heard the village, with words around it."""
    then_ms = seen.unheard_ms
    if then_ms is None:
        return None
    before, after = say(lang, "front.unheard", time=clock_text(then_ms, seen.now_ms), age="|").split("|")
    return view.Aged(before, then_ms, spans.lasting(lang, then_ms, seen.now_ms), after)


def _script(lang: Lang) -> dict[str, str]:
    """The texts that only the script says."""
    own = ("live", "quiet", "lost", "offline", "watch", "watching", "hit", "read", "hush")
    return spans.words(lang) | {key: say(lang, f"res_script.{key}", **_BLANK.get(key, {})) for key in own}


_BLANK = {"offline": {"age": "{age}"}, "hit": {"what": "{what}"}}

"""The wall's page, its live part, and the key that opens it on a screen where nobody signs in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from dashboard_api.auth import cookies, tokens
from dashboard_api.auth.people import Person, Visitor, kiosk, kiosk_of
from dashboard_api.auth.sign_in import address_of
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web import render
from dashboard_api.web.pages import HTML, PRIVATE, remember
from dashboard_api.web.render import Taste, taste
from dashboard_api.web.staff.shell import is_part
from dashboard_api.web.texts import HTML_LANG, Lang
from dashboard_api.web.wall import plan, view

router = APIRouter(prefix="/wall", include_in_schema=False)
Key = Annotated[str, Query(max_length=100)]


def viewer(request: Request, desk: DeskDep, person: Visitor) -> Person:
    """Who looks: somebody signed in, or a screen with a key. A key that ended says so; a part leads to the page."""
    if person is not None and person.may("look"):
        return person
    screen = kiosk(request, desk)
    if screen is not None:
        return screen
    over = cookies.wall(request, desk) is not None
    if is_part(request):
        raise Problem(401, "this screen's key has ended", reason="wall_over", headers={"HX-Redirect": "/wall"})
    raise Problem(401, "sign in first", reason="wall_over" if over and person is None else "need_sign_in")


Viewer = Annotated[Person, Depends(viewer)]


@router.get("")
def wall(request: Request, desk: DeskDep, person: Visitor, key: Key = "") -> Response:
    """The whole screen. ``key``: a token of scope "wall"; it opens this browser once and leaves the address."""
    if key:
        return _opened(request, desk, key)
    who, liking = viewer(request, desk, person), taste(request)
    seq, drawn = desk.feed.seq, view.ground(desk)
    body = render.small(
        desk,
        liking,
        "wall/page.html",
        seq=seq,
        newest_ms=desk.store.newest_ms(),
        ground=drawn,
        size=(plan.WIDE, plan.HIGH),
        part=_part(desk, liking, who).decode(),
        lang_tag=HTML_LANG[liking.lang],
        screen=person is None,
    )
    made = Response(body, media_type=HTML, headers={"Cache-Control": PRIVATE})
    remember(request, made, desk, liking)
    return made


@router.get("/now")
def now(request: Request, desk: DeskDep, who: Viewer) -> Response:
    """What changes on it."""
    return Response(_part(desk, taste(request), who), media_type=HTML, headers={"Cache-Control": PRIVATE})


def _opened(request: Request, desk: Desk, key: str) -> Response:
    """The key as a cookie, which ends with it. Guessing is stopped as for links."""
    address, now_ms = address_of(request), desk.clock()
    wait_s = desk.link_limit.wait_s(address, now_ms)
    if wait_s:
        raise Problem(429, f"too many attempts; try again in {wait_s} s", headers={"Retry-After": str(wait_s)})
    screen = kiosk_of(desk, key)
    if screen is None:
        desk.link_limit.failed(address, now_ms)
        raise Problem(401, "this key is unknown or has ended", reason="wall_over")
    answer = RedirectResponse("/wall", 303)
    cookies.give_wall(answer, desk, key, screen.expires_ms)
    remember(request, answer, desk, taste(request))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _part(desk: Desk, liking: Taste, who: Person) -> bytes:
    """Made once for all screens that see the same."""
    area = "*" if who.area is None else tokens.digest(" ".join(sorted(who.area.junctions)))
    lang: Lang = liking.lang

    def make() -> bytes:
        return render.small(
            desk,
            liking,
            "wall/now.html",
            wall=view.read(desk, lang, who),
            size=(plan.WIDE, plan.HIGH),
            letter=plan.LINE,
        )

    return desk.cache.get(f"wall {lang} {area}", desk.feed.seq, make).body

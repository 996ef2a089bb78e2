"""What every page of the staff has: who may see it, its frame, and the answer around it."""

from typing import Annotated

from fastapi import Depends, Request, Response

from dashboard_api.auth.people import Person, Visitor
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.sight import GRACE_MS
from dashboard_api.web import render
from dashboard_api.web.pages import HTML, PRIVATE, remember
from dashboard_api.web.render import taste


def signed_in(person: Visitor) -> Person:
    """Who asks or sends a form; :class:`Problem` 401 becomes the sign-in form, which keeps what was typed."""
    if person is None:
        raise Problem(401, "sign in first", reason="need_sign_in")
    return person


SignedIn = Annotated[Person, Depends(signed_in)]


def worker(person: SignedIn) -> Person:
    """The same, if they may look; raises :class:`Problem` 403."""
    if not person.may("look"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")
    return person


Worker = Annotated[Person, Depends(worker)]


def answer(
    request: Request, desk: Desk, person: Person | None, template: str, status: int = 200, **values: object
) -> Response:
    """A page of the staff: ``template`` of ``templates/staff`` with ``values``."""
    liking, seq = taste(request), desk.feed.seq
    newest_ms = desk.store.newest_ms()
    frame = {"seq": seq, "newest_ms": newest_ms, "silent": silent(desk, newest_ms), "path": request.url.path}
    body = render.small(desk, liking, f"staff/{template}", person, **frame, **values)
    made = Response(body, status, media_type=HTML, headers={"Cache-Control": PRIVATE})
    remember(request, made, desk, liking)
    return made


def silent(desk: Desk, newest_ms: int | None) -> bool:
    """Whether nothing has been heard for so long that nobody knows how things are."""
    limits = (desk.rules.limit_ms(round(node.interval_s * 1000)) for _, _, node in desk.village.nodes())
    return newest_ms is None or desk.clock() - newest_ms > max(limits, default=0) + GRACE_MS


def is_part(request: Request) -> bool:
    """Whether htmx asks, which wants a part of the page only."""
    return request.headers.get("HX-Request") == "true"

"""The front's own small pages, in the look of the village's."""

from fastapi import Request, Response

from contracts.fields import Name
from dashboard_api.front.at import front_of
from dashboard_api.web import render, texts
from dashboard_api.web.pages import HTML, keep_choice
from dashboard_api.web.render import taste

# Before the village was ever heard its name is not known here.
NAMELESS = Name(zh="本村", en="The village")


def small(request: Request, template: str, status: int, **values: object) -> Response:
    """A page from ``values``; nothing keeps it."""
    front, liking = front_of(request), taste(request)
    look = front.village.look
    name = NAMELESS if look is None else look.home.name
    body = render.bare(name, liking, template, front.village.now_ms(), **values)
    answer = Response(body, status, media_type=HTML, headers={"Cache-Control": "no-store"})
    keep_choice(request, answer, liking, secure=front.settings.secure)
    return answer


def error(request: Request, status: int, reason: str | None) -> Response:
    """What went wrong."""
    known = texts.strings(taste(request).lang)
    keys = (f"front.{reason}", f"error.{reason}", f"error.s{status}")
    key = next((key for key in keys if key in known), "error.other")
    return small(request, "message.html", status, message=known[key])

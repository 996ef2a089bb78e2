"""A session that ended keeps the work: the sign-in form in the place of the page, and behind it what was typed.

A form that comes without a session is answered by the sign-in form, which carries the typed values as a field of its
own; once somebody signed in they see them and send them on with one button. Nothing of it is stored here, and no script
is needed. Only pages that this server made can send it, since the sign-in form is bound to the browser.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from fastapi import Request, Response
from starlette.datastructures import UploadFile

from contracts.names import name_of
from dashboard_api import present
from dashboard_api.auth import cookies, tokens
from dashboard_api.desk import Desk, desk_of
from dashboard_api.web import access_next, render
from dashboard_api.web.pages import HTML, PRIVATE, remember
from dashboard_api.web.render import taste
from dashboard_api.web.texts import Lang, strings

# Never shown again, nor sent on: they belong to the page that is over.
SECRET = frozenset({"csrf", "password", "repeat", "present"})
LONGEST = 20_000


class Kept(msgspec.Struct, frozen=True):
    """A form that was not taken: where it goes ``to``, and its fields in their order. ``photo``: it had one, which a
    field cannot carry."""

    to: str
    fields: list[tuple[str, str]]
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What the sign-in form shows: ``name`` as it was typed, what is ``wrong``, where to go on, what was ``kept``."""

    next: str = access_next.LANDING
    name: str = ""
    wrong: str = ""
    kept: str = ""
    over: bool = False


async def page(request: Request) -> Response:
    """The sign-in form in the place of a page, with 401."""
    desk, (fields, photo) = desk_of(request), await _typed(request)
    looking = request.method in ("GET", "HEAD")
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    goes_on = access_next.own(here) if looking else access_next.of_address(request.headers.get("hx-current-url"))
    kept = "" if looking or not fields else packed(request.url.path, fields, photo)
    # Whoever had a session is told that it is over.
    over = cookies.session(request, desk) is not None
    answer = form(request, desk, Entry(goes_on, kept=kept, over=over), 401)
    if request.headers.get("hx-request") == "true":
        answer.headers.update({"HX-Retarget": "body", "HX-Reswap": "outerHTML"})
    return answer


def form(request: Request, desk: Desk, entry: Entry, status: int = 200) -> Response:
    """The sign-in form, bound to this browser."""
    liking, before = taste(request), cookies.before(request, desk)
    body = render.small(
        desk, liking, "access/sign_in.html", entry=entry, csrf=tokens.csrf_of(before), kept=unpacked(entry.kept)
    )
    answer = Response(body, status, media_type=HTML, headers={"Cache-Control": PRIVATE})
    cookies.bind(answer, desk, before)
    remember(request, answer, desk, liking)
    return answer


def packed(to: str, fields: Iterable[tuple[str, str]], photo: bool = False) -> str:
    """A form as one field; "" for one that is too long to carry along."""
    kept = Kept(to, [(name, value) for name, value in fields if name not in SECRET], photo)
    text = msgspec.json.encode(kept).decode()
    return text if len(text) <= LONGEST else ""


def unpacked(text: str) -> Kept | None:
    """What :func:`packed` made; None for anything else, and for a form that does not go to a page of ours."""
    try:
        kept = msgspec.json.decode(text, type=Kept) if text and len(text) <= LONGEST else None
    except msgspec.DecodeError:
        return None
    return kept if kept is not None and kept.to != "/" and access_next.own(kept.to) == kept.to else None


def in_words(desk: Desk, lang: Lang, kept: Kept) -> list[tuple[str, str]]:
    """Label and text of what a person typed or chose; what only programs read is left out."""
    known, found = strings(lang), []
    for name, value in kept.fields:
        label = known.get(f"typed.{name}")
        if label and value:
            found.append((label, _in_words(desk, lang, name, value)))
    return found


def _in_words(desk: Desk, lang: Lang, name: str, value: str) -> str:
    if name in {"role", "outcome"}:
        return strings(lang).get(f"{name}.{value}", value)
    if name == "department":
        text = present.department(desk, value)
        return text.en if lang == "en" else text.zh
    if name in {"until", "from", "to"}:
        return value.replace("T", " ")
    return name_of(desk.names, value).text(lang) if name in {"target", "areas", "fault"} else value


async def _typed(request: Request) -> tuple[list[tuple[str, str]], bool]:
    """The fields, and whether there was a file among them."""
    if request.method != "POST" or "form" not in request.headers.get("content-type", ""):
        return [], False
    async with request.form() as form:
        sent = form.multi_items()
        texts = [(name, value) for name, value in sent if isinstance(value, str)]
        return texts, any(isinstance(value, UploadFile) and value.size for _, value in sent)

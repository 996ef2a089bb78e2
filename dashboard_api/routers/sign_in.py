"""Signing programs in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from dashboard_api.auth import cookies, sign_in
from dashboard_api.auth.people import SECURITY, Person, allowed
from dashboard_api.desk import DeskDep
from dashboard_api.models import SignedIn, SignIn
from dashboard_api.problems import responses
from dashboard_api.times import iso

router = APIRouter(tags=["sign-in"])


@router.post("/sign-in", summary="A one-time link's token for a bearer token", responses=responses(404, 422, 429))
def take_token(request: Request, response: Response, desk: DeskDep, body: SignIn) -> SignedIn:
    """The link is used up by it. Ten wrong ones from an address in 15 min close that address out."""
    token, account, expires_ms = sign_in.redeem(desk, request, body.token, "bearer")
    response.headers["Cache-Control"] = "no-store"
    return SignedIn(token=token, role=account.role, expires=iso(expires_ms))


@router.post(
    "/sign-out", summary="End this session", status_code=204, dependencies=SECURITY, responses=responses(401, 403)
)
def end(response: Response, desk: DeskDep, person: Annotated[Person, Depends(allowed("look"))]) -> None:
    """The token that came with the request is worth nothing afterwards; a program's own is revoked by its number."""
    sign_in.leave(desk, person)
    cookies.take(response, desk)

"""Tokens of programs, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from dashboard_api.access_models import ApiToken, ApiTokens, MakeToken, NewApiToken
from dashboard_api.auth import accounts
from dashboard_api.auth.accounts import GivenToken, Wrong
from dashboard_api.auth.people import SECURITY
from dashboard_api.desk import DeskDep
from dashboard_api.problems import responses
from dashboard_api.routers.users import Admin
from dashboard_api.times import iso, iso_or_none
from gateway.store import Session
from gateway.store.tokens import NEVER_MS

router = APIRouter(prefix="/tokens", tags=["users"], dependencies=SECURITY)
TokenNumber = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["0f3a9c51d2e87b64"])]


@router.get("", summary="Tokens of programs", responses=responses(401, 403))
def list_tokens(desk: DeskDep, _person: Admin) -> ApiTokens:
    """Those that count, without their secrets."""
    return ApiTokens(items=[_token(one) for one in desk.store.tokens(desk.clock())])


@router.post("", summary="Make a token", status_code=201, responses=responses(401, 403, 422))
def make_token(desk: DeskDep, person: Admin, body: MakeToken, response: Response) -> NewApiToken:
    """It acts as `role` within `areas`; with scope `read` it changes nothing. It ends with the account that made it."""
    try:
        given = GivenToken(body.name, body.role, body.scope, tuple(body.areas), body.days)
        token = accounts.make_token(desk, person, given)
    except Wrong as wrong:
        raise wrong.problem() from wrong
    response.headers["Cache-Control"] = "no-store"
    return NewApiToken(token=token, name=body.name)


@router.delete("/{token}", summary="Revoke a token", status_code=204, responses=responses(401, 403, 404, 422))
def revoke_token(desk: DeskDep, person: Admin, token: TokenNumber) -> None:
    """At once."""
    accounts.revoke(desk, person, token)


def _token(one: Session) -> ApiToken:
    return ApiToken(
        id=one.id,
        name=one.name,
        owner=one.account.name,
        role=one.role,
        scope=one.scope,
        areas=list(one.areas),
        added=iso(one.added_ms),
        expires=None if one.expires_ms >= NEVER_MS else iso(one.expires_ms),
        seen=iso_or_none(one.seen_ms),
    )

"""What the API takes and answers of accounts, sessions and tokens."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard_api.auth.roles import Role
from dashboard_api.models import ExampleTime
from dashboard_api.order_models import TYPED

AREAS = "ids of grids and junctions that it sees, `*` = the whole village; none = nothing"


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True)


class MakeUser(_Taken):
    """A new account."""

    name: str = Field(max_length=80, pattern=TYPED, description="what they sign in with", examples=["li.wei"])
    role: Role
    areas: list[str] = Field(max_length=500, description=AREAS, examples=[["g-1"]])
    display: str = Field(default="", max_length=80, pattern=TYPED, description="what others call them")
    person: str = Field(default="", max_length=100, pattern=TYPED, description="who they are in the roster")


class ChangeUser(_Taken):
    """What an account is to be from now on; what is left out stays."""

    role: Role | None = None
    areas: list[str] | None = Field(default=None, max_length=500, description=AREAS)
    display: str | None = Field(default=None, max_length=80, pattern=TYPED)
    person: str | None = Field(default=None, max_length=100, pattern=TYPED)


class User(_Given):
    """An account."""

    id: int
    name: str = Field(examples=["li.wei"])
    display: str = Field(examples=["李伟"])
    role: str = Field(examples=["maintenance"])
    areas: list[str] = Field(description=AREAS, examples=[["g-1"]])
    person: str | None = None
    has_password: bool
    added: str = Field(examples=[ExampleTime])
    ended: str | None = Field(default=None, description="nobody signs in by it any more since then")


class Users(_Given):
    """All accounts, also those that have ended, in the order they were made."""

    items: list[User]


class NewLink(_Given):
    """A one-time link; it is shown here and never again."""

    user: User
    link: str = Field(examples=["https://village.example/sign-in/…"])
    expires: str = Field(examples=[ExampleTime])


class UserSession(_Given):
    """Somebody signed in."""

    id: str = Field(examples=["0f3a9c51d2e87b64"])
    kind: Literal["cookie", "bearer"]
    began: str = Field(examples=[ExampleTime])
    expires: str
    seen: str | None = Field(description="last used, to within five minutes")
    agent: str = Field(description="the browser's word of itself")


class UserSessions(_Given):
    """The newest first."""

    items: list[UserSession]


class MakeToken(_Taken):
    """A token for a program."""

    name: str = Field(max_length=80, pattern=TYPED, examples=["grafana"])
    role: Role
    scope: Literal["read", "write", "wall"] = Field(
        default="read", description="`wall`: opens `/wall?key=…` on a screen and nothing else, whatever the role"
    )
    areas: list[str] = Field(default=["*"], max_length=500, description=AREAS)
    days: int | None = Field(default=None, description="ends after so many days; never if left out", examples=[365])


class ApiToken(_Given):
    """A token of a program, without its secret."""

    id: str = Field(examples=["0f3a9c51d2e87b64"])
    name: str = Field(examples=["grafana"])
    owner: str = Field(description="whose account made it; it ends with that", examples=["li.wei"])
    role: str = Field(examples=["maintenance"])
    scope: Literal["read", "write", "wall"]
    areas: list[str]
    added: str = Field(examples=[ExampleTime])
    expires: str | None = None
    seen: str | None = Field(description="last used, to within five minutes")


class ApiTokens(_Given):
    """The newest first."""

    items: list[ApiToken]


class NewApiToken(_Given):
    """A new token; it is shown here and never again."""

    token: str = Field(description="send it as `Authorization: Bearer …`")
    name: str = Field(examples=["grafana"])

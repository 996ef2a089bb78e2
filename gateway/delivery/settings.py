"""Settings of what letters say and of the outward heartbeat."""

from typing import Annotated

from pydantic import Field, SecretStr, model_validator

from contracts.strict import Strict
from gateway.dispatch.links import check_key


class DispatchSettings(Strict):
    """What letters say of taking a fault on from the phone."""

    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
        description="address that people can open from their phones; none: no link in any letter, it says whom to ring",
    )
    link_key: SecretStr | None = Field(
        default=None, description="key that signs the links, at least 32 bytes; the dashboard's link_key is the same"
    )

    page_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
        description="where the staff's pages are, which a digest names, when that is another address than public_url "
        "(behind a public front)",
    )
    heartbeat_url: SecretStr | None = Field(
        default=None,
        description="address outside the village that is called while all is well, and rings when it hears nothing, "
        "such as a check of healthchecks.io; it is a secret",
    )
    heartbeat_s: Annotated[float, Field(ge=10, le=3600)] = Field(
        default=60, description="seconds between two such calls"
    )

    @property
    def staff_url(self) -> str | None:
        """What a digest names for all of it."""
        return self.page_url or self.public_url

    @model_validator(mode="after")
    def _links_are_signed(self) -> "DispatchSettings":
        if self.public_url and self.link_key is None:
            raise ValueError("public_url needs a link_key to sign the links with")
        if self.link_key is not None:
            check_key(self.link_key.get_secret_value().encode())
        return self

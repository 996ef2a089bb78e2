"""Settings of a public front: one YAML file with ``role: front``, each key also by environment."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from contracts.strict import Strict
from dashboard_api import exchange
from dashboard_api.settings import host_in_address, whole_address


class FrontSettings(Strict):
    """What a front needs to know: neither an inventory nor a store. Relative paths start at the file's folder."""

    role: Literal["front"] = Field(description="this process is a village's public front")
    key: SecretStr = Field(
        description="what the village's box signs with, the same as its `front.key`; at least 32 characters, such as "
        "`openssl rand -hex 32` gives"
    )
    folder: Path = Field(
        default=Path("front"), description="what it was told, and the presses that wait; made if need be"
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(default=8080, ge=0, le=65_535, description="TCP port to listen on; 0 takes any free one")
    public_url: str | None = Field(default=None, description="address people use; https: cookies travel over it only")
    stale_after_s: float = Field(
        default=90, ge=5, le=3600, description="seconds without the village after which everything is called unknown"
    )
    queue_most: int = Field(default=1000, ge=1, le=100_000, description="presses that may wait for the village at once")
    ocpi_party_id: str = Field(
        default="VSM",
        pattern=r"^[A-Z0-9]{3}$",
        description="who publishes the charging locations, as OCPI names parties",
    )

    @field_validator("public_url")
    @classmethod
    def _whole_address(cls, value: str | None) -> str | None:
        return whole_address(value)

    @field_validator("key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        exchange.check_key(value.get_secret_value())
        return value

    @property
    def secure(self) -> bool:
        """Whether cookies carry ``Secure``."""
        return bool(self.public_url and self.public_url.startswith("https://"))

    @property
    def address(self) -> str:
        """Where people open it."""
        return self.public_url or f"http://{host_in_address(self.host)}:{self.port}"

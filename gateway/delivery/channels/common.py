"""Settings that several channels share."""

import ipaddress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from contracts.strict import Strict

Number = Annotated[int, Field(ge=1, le=6_000)]


def _long(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 16:
        raise ValueError("too short; a secret that both sides share has 16 characters or more")
    return secret


Shared = Annotated[SecretStr, AfterValidator(_long)]
CONNECT = Field(default=5, gt=0, le=10, description="seconds to reach the other side, its TLS included")
READ = Field(default=10, gt=0, le=45, description="seconds to wait for its answer")


def on_loopback(host: str) -> bool:
    """Whether ``host`` is this computer, whatever a name server says."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class HttpSettings(Strict):
    """A channel that posts to an address."""

    url: str = Field(pattern=r"^https?://[^\s@]+$", description="address to post to, https; no user or key in it")
    ca: Path | None = Field(default=None, description="authority that signed its certificate; none: the system's")
    proxy: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s@]+$",
        description="HTTP proxy, such as http://192.0.2.1:3128; none: no proxy",
    )
    insecure: bool = Field(default=False, description="true: plain http may leave this computer, for all to read")
    connect_s: float = CONNECT
    read_s: float = READ
    per_minute: Number = Field(default=60, description="letters a minute at most; more wait")

    @model_validator(mode="after")
    def _encrypted(self) -> "HttpSettings":
        parts = urlsplit(self.url)
        if parts.scheme == "http" and not self.insecure and not on_loopback(parts.hostname or ""):
            raise ValueError("url: http goes to this computer only; use https, or set insecure: true")
        return self

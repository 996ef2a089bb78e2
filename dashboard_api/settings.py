"""Settings of the dashboard: one YAML file, each key also by environment (``VSM_PORT``, ``VSM_PUBLIC_URL`` …)."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from contracts.strict import Strict
from dashboard_api.exchange import check_key as check_front_key
from gateway.dispatch.links import check_key
from gateway.telemetry.settings import TelemetrySettings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def whole_address(value: str | None) -> str | None:
    """An address without its last slash; raises ValueError for half of one."""
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("must be a whole address such as https://village.example")
    return value.rstrip("/")


def host_in_address(host: str) -> str:
    """As it stands in an address."""
    return f"[{host}]" if ":" in host else host


class FrontLink(Strict):
    """The public front that this box calls, where nothing can dial in to it."""

    url: str = Field(description="where the front is, https; the calls go to `/front/exchange` below it")
    key: SecretStr = Field(description="the front's `key`")
    ca: Path | None = Field(
        default=None, description="certificate authority of the front's certificate; none: those of the system"
    )
    wait_s: float = Field(
        default=20, ge=1, le=30, description="seconds between signs of life; the front answers earlier if somebody asks"
    )

    @field_validator("url")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("must begin with https://: names that people type into signed links travel over it")
        return whole_address(value) or ""

    @field_validator("key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        check_front_key(value.get_secret_value())
        return value


class Settings(Strict):
    """What the process needs to know. Relative paths start at the file's folder."""

    role: Literal["gateway"] = Field(
        default="gateway", description="beside the gateway; a public front (`front`) has settings of its own"
    )
    inventory: Path = Field(description="the village")
    rules: Path | None = Field(default=None, description="rules file; the gateway's shipped defaults when omitted")
    outline: Path | None = Field(
        default=None,
        description="GeoJSON file with outlines of the village for the wall's map (features of kind boundary, water, "
        "river, road, field, building); a drawing of the inventory when omitted",
    )
    database: str = Field(min_length=1, description="the gateway's store, sqlite:///… or postgresql+psycopg://…")
    telemetry: TelemetrySettings | None = Field(
        default=None, description="the InfluxDB that charts are read from, as in the gateway's settings"
    )
    embedded_telemetry: Path = Field(
        default=Path("telemetry.db"),
        description="the gateway's file of telemetry; charts are read from it where no telemetry is named",
    )
    archive: Path | None = Field(
        default=None,
        description="folder in which the files of frozen months are kept; omitted: reports, beside an SQLite database, "
        "else beside this file",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(default=8080, ge=0, le=65_535, description="TCP port to listen on; 0 takes any free one")
    public_url: str | None = Field(
        default=None,
        description="address people use; without it links name host and port. With a `front`: where the staff open "
        "this box itself",
    )
    ocpi_party_id: str = Field(
        default="VSM",
        pattern=r"^[A-Z0-9]{3}$",
        description="who publishes the charging locations, as OCPI names parties",
    )
    link_key: SecretStr | None = Field(
        default=None,
        description="key that links in messages are signed with, the gateway's dispatch.link_key; none: no such links",
    )
    metrics: Literal["auto", "token", "open", "off"] = Field(
        default="auto",
        description="who reads /metrics: token: with a bearer token; auto: that, and without public_url this computer "
        "too; open: anybody; off: nobody",
    )
    front: FrontLink | None = Field(
        default=None, description="the public front to call, where people cannot reach this box; none: there is none"
    )
    node_month_mb: float = Field(
        default=100,
        gt=0,
        le=1_000_000,
        description="megabytes a month that a node may use on its line, to hold its data against",
    )
    session_hours: float = Field(default=12, gt=0, le=24 * 31, description="hours until a sign-in ends")
    secure_cookie: Literal["auto", "always", "never"] = Field(
        default="auto", description="whether cookies travel over https only; auto: when public_url is https"
    )

    @field_validator("public_url")
    @classmethod
    def _whole_address(cls, value: str | None) -> str | None:
        return whole_address(value)

    @field_validator("link_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_key(value.get_secret_value().encode())
        return value

    @property
    def secure(self) -> bool:
        """Whether cookies carry ``Secure``."""
        if self.secure_cookie == "auto":
            return bool(self.public_url and self.public_url.startswith("https://"))
        return self.secure_cookie == "always"

    @property
    def people_url(self) -> str | None:
        """Where residents open their pages: at the front, if there is one."""
        return self.front.url if self.front else self.public_url

    @property
    def address(self) -> str:
        """What to put in front of a path to make a link that the staff can open."""
        return self.public_url or f"http://{host_in_address(self.host)}:{self.port}"

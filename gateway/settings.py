"""Settings of the gateway process."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from contracts.settings import BrokerSettings, beside
from contracts.strict import Strict
from gateway.delivery.channels import ChannelSettings, Name
from gateway.delivery.settings import DispatchSettings
from gateway.telemetry.settings import KeepSettings, TelemetrySettings

_SQLITE = "sqlite:///"
# What the commands beside the gateway say of --village.
SEVERAL = "which village, where the settings serve several and say {village}"


class GatewaySettings(Strict):
    """One gateway: the broker it listens to, the database it keeps, the telemetry it feeds."""

    inventory: Path = Field(description="the village, YAML")
    rules: Path | None = Field(default=None, description="times and severities that differ from the shipped ones, YAML")
    database: str = Field(default="sqlite:///gateway.db", min_length=1, description="SQLAlchemy URL")
    broker: BrokerSettings = BrokerSettings()
    telemetry: TelemetrySettings | None = Field(default=None, description="none: telemetry goes to the embedded store")
    embedded_telemetry: Path = Field(default=Path("telemetry.db"), description="file of the embedded time-series store")
    telemetry_keep: KeepSettings = KeepSettings()
    dispatch: DispatchSettings = DispatchSettings()
    command_key: SecretStr | None = Field(
        default=None,
        description="key that commands to nodes are signed with, 64 hex digits; the nodes' settings hold its public "
        "half; none: commands are refused",
    )
    heartbeat: Path | None = Field(
        default=None,
        description="file that the loop touches each second, for a health check; its folder must exist; none: no file",
    )
    backups: Path | None = Field(
        default=None, description="folder of the nightly archives, to see how old the newest is; none: nobody looks"
    )
    channels: dict[Name, ChannelSettings] = Field(
        default={},
        description="ways to people, by a name of your own; the roster says who is reached by which; docs/channels.md",
    )
    clock_trusted: bool = Field(
        default=False,
        description="the computer's clock is right at the start, however far it is from what is stored; for one start",
    )
    batch_ms: Annotated[int, Field(ge=1, le=5_000)] = Field(
        default=100, description="a message waits so long, at most, for its commit"
    )
    batch_max: Annotated[int, Field(ge=1, le=10_000)] = Field(default=500, description="messages of one transaction")
    node_rate: Annotated[float, Field(gt=0)] = Field(
        default=2_000,
        description="messages a second one node may send on average, one of more than 512 bytes counting as several; "
        "more are dropped, counted, and come again",
    )
    messages_days: Annotated[int, Field(ge=1, le=4_000)] = Field(
        default=400, description="days that is kept who was told what, and when"
    )
    journal_days: Annotated[int, Field(ge=1, le=4_000)] = Field(
        default=400, description="days that records and what else happened are kept, for replay and export"
    )
    photo_days: Annotated[int, Field(ge=1, le=4_000)] = Field(
        default=400, description="days that photos of work orders are kept; who did what stays"
    )
    evidence_days: Annotated[int, Field(ge=1, le=4_000)] = Field(
        default=30, description="days that pictures which cameras' nodes sent as evidence are kept"
    )

    @field_validator("command_key")
    @classmethod
    def _is_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not re.fullmatch("[0-9a-f]{64}", key.get_secret_value()):
            raise ValueError("must be 64 hex digits, as `firmware_config generate` makes it")
        return key


def resolved(settings: GatewaySettings, file: Path) -> GatewaySettings:
    """``settings`` with relative paths starting at the folder of ``file``, the database's too."""
    rules = settings.rules and beside(file, settings.rules)
    database = settings.database
    if database.startswith(_SQLITE) and ":memory:" not in database:
        database = _SQLITE + str(beside(file, Path(database.removeprefix(_SQLITE))))
    return settings.model_copy(
        update={
            "inventory": beside(file, settings.inventory),
            "rules": rules,
            "database": database,
            "embedded_telemetry": beside(file, settings.embedded_telemetry),
            "backups": settings.backups and beside(file, settings.backups),
            "heartbeat": settings.heartbeat and beside(file, settings.heartbeat),
            "channels": {name: _beside(file, channel) for name, channel in settings.channels.items()},
        }
    )


def _beside(file: Path, channel: ChannelSettings) -> ChannelSettings:
    paths = {key: beside(file, value) for key, value in channel if isinstance(value, Path)}
    return channel.model_copy(update=paths)

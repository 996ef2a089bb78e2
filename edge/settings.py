"""Settings of the edge process: `edge.yaml`, each value overridden by the environment."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import Field, field_validator

from contracts.inventory import Id
from contracts.settings import PREFIX, BrokerSettings, beside, load_settings
from contracts.strict import Strict


class OcppSettings(Strict):
    """The end point that charging piles dial into."""

    host: str = Field(default="0.0.0.0", min_length=1, description="address to listen on")  # noqa: S104  # piles dial in from the cabinet's network
    port: int = Field(default=9000, ge=0, le=65_535, description="TCP port; 0 takes any free one")


class SpoolSettings(Strict):
    """What waits on the card for the gateway's confirmation."""

    cap_mib: float = Field(default=256, ge=2, le=65_536, description="MiB one node's spool may take on the card")


class EdgeSettings(Strict):
    """One edge process. It carries one node or several."""

    inventory: Path = Field(description="the village's inventory (YAML)")
    nodes: tuple[Id, ...] | None = Field(default=None, min_length=1, description="nodes to carry; all when omitted")
    data_dir: Path = Field(description="folder on the data partition; holds one spool a node")
    broker: BrokerSettings = BrokerSettings()
    pin_factory: str | None = Field(
        default=None,
        min_length=1,
        description="gpiozero pin factory by its entry point's name; gpiozero's own choice when omitted",
    )
    command_key: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{64}$",
        description="public half of the key that the gateway signs commands with, 64 hex digits; none: no command is "
        "obeyed",
    )
    ocpp: OcppSettings = OcppSettings()
    spool: SpoolSettings = SpoolSettings()

    @field_validator("broker")
    @classmethod
    def _no_username(cls, broker: BrokerSettings) -> BrokerSettings:
        if broker.username is not None:
            raise ValueError("takes no username: a node's id is its user name")
        return broker

    @field_validator("nodes", mode="before")
    @classmethod
    def _split(cls, nodes: object) -> object:
        """``VSM_NODES=n-01,n-02`` is a list too."""
        return tuple(name.strip() for name in nodes.split(",")) if isinstance(nodes, str) else nodes


def load(path: Path, env: Mapping[str, str]) -> EdgeSettings:
    """The settings of ``path`` and ``env``, with paths resolved; raises :class:`InputErrors` with all mistakes."""
    settings = load_settings(EdgeSettings, path, env)
    return settings.model_copy(
        update={"inventory": beside(path, settings.inventory), "data_dir": beside(path, settings.data_dir)}
    )


def secrets_of(env: Mapping[str, str]) -> Callable[[str], str | None]:
    """Look a secret up by its name in the inventory: ``cam-01`` is ``VSM_SECRET_CAM_01``, or the file that
    ``VSM_SECRET_CAM_01_FILE`` names. Raises :class:`OSError` when that file cannot be read.
    """

    def secret(name: str) -> str | None:
        key = f"{PREFIX}SECRET_{name.upper().replace('-', '_').replace('.', '_')}"
        if key in env:
            return env[key]
        file = env.get(f"{key}_FILE")
        return Path(file).read_text(encoding="utf-8").strip() if file else None

    return secret


def broker_password(node: str, broker: BrokerSettings, secret: Callable[[str], str | None]) -> str | None:
    """The node's own password (secret ``mqtt-<node>``), else the one of the broker's settings."""
    own = secret(f"mqtt-{node}")
    shared = broker.password.get_secret_value() if broker.password else None
    return shared if own is None else own

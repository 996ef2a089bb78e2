"""Where things lie: in the folder that `generate` makes, and on the machines they are copied to."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from contracts.inventory import Node, Village
from contracts.topics import GATEWAY
from firmware_config.channels import Channels

ETC = PurePosixPath("/etc/vsm")
STATE = PurePosixPath("/var/lib/vsm")
# A link to the release in use, one a role: a small village's gateway may carry a node too.
GATEWAY_PYTHON = PurePosixPath("/opt/vsm/gateway/bin/python")
EDGE_PYTHON = PurePosixPath("/opt/vsm/edge/bin/python")
FRONT_PYTHON = PurePosixPath("/opt/vsm/front/bin/python")
BACKUPS = PurePosixPath("/var/backups/vsm")
USER = "vsm"
# The public front's folder, and its key in there.
FRONT, KEY = "front", "key"
# Made once and kept, in gateway/secrets: what the gateway signs commands to nodes with. Nodes hold its public half.
COMMAND_KEY = "command-key"
BROKER_PORT = 8883
PAGE_PORT = 8080
OCPP_PORT = 9000
# The broker's name inside docker-compose.yml; its certificate holds it beside the gateway's own names.
COMPOSE_BROKER = "mosquitto"
# Whom the broker's health check logs in as. No node can be called so, and no line of the access list names it.
HEALTH_USER = "_health"


@dataclass(frozen=True, slots=True)
class File:
    """One file to write. ``mode`` 0600 where it holds a secret or names where one lies."""

    text: str
    mode: int = 0o644


Files = dict[str, File]


@dataclass(frozen=True, slots=True)
class Site:
    """What everything is made from. ``inventory``: the village's file as people wrote it.

    ``channels`` None: none were given; ``heartbeat``: its address is filled in; ``front``: a public front serves
    ``public_url``, and this machine calls it. ``command_public``: the public half of the key that commands are signed
    with, 64 hex digits.
    """

    village: Village
    inventory: str
    gateway_host: str
    public_url: str | None = None
    channels: Channels | None = None
    heartbeat: bool = False
    front: bool = False
    command_public: str | None = None

    @property
    def nodes(self) -> list[Node]:
        """All nodes, in file order."""
        return [node for _, _, node in self.village.nodes()]

    @property
    def page_url(self) -> str:
        """The address where this machine's pages are opened: the public one, or that in the village's own network."""
        host = f"[{self.gateway_host}]" if ":" in self.gateway_host else self.gateway_host
        return f"http://{host}:{PAGE_PORT}" if self.public_url is None or self.front else self.public_url

    @property
    def page_host(self) -> str:
        """Where the pages listen. Behind something that ends TLS on this machine: for that alone."""
        alone = self.public_url is not None and not self.front
        return "127.0.0.1" if alone else "0.0.0.0"  # noqa: S104  # else nobody on the village's network could open them

    @property
    def header(self) -> str:
        """First lines of every file that nobody should edit."""
        return (
            f"# {self.village.name.en} ({self.village.name.zh}). Made by `python -m firmware_config generate`:\n"
            "# change the inventory and generate again, not this file.\n"
        )


def secrets_lines(site: Site) -> str:
    """Lines of an environment that name the gateway's files of its secrets, but for its login at the time-series store;
    the same in a container."""
    folder = f"{on_machine(GATEWAY)}/secrets"
    key = f"VSM_COMMAND_KEY_FILE={folder}/{COMMAND_KEY}\n" * bool(site.command_public)
    return key + (site.channels.environment(folder, heartbeat=site.heartbeat) if site.channels else "")


def on_machine(part: str) -> PurePosixPath:
    """The folder of a node, of ``broker``, ``gateway`` or ``front`` on its machine."""
    return ETC / part


def tls(part: str) -> dict[str, str]:
    """The TLS settings of a client: a node, or the gateway."""
    folder = on_machine(part) / "tls"
    return {"ca": f"{folder}/ca.crt", "cert": f"{folder}/{part}.crt", "key": f"{folder}/{part}.key"}


def folder_of(part: str) -> str:
    """The folder of a node, of ``broker`` or of ``gateway`` in what `generate` makes."""
    return part if part in {"broker", GATEWAY} else f"nodes/{part}"


def compose_line(name: str, value: str) -> str:
    """A line of an environment file of compose, which takes everything in single quotes as it stands."""
    plain = value.replace("-", "").replace("_", "").replace("/", "").replace(".", "").replace(":", "")
    safe = value if plain.isascii() and plain.isalnum() else "'" + value.replace("'", "\\'") + "'"
    return f"{name}={safe}\n"

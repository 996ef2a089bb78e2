"""What the gateway's box gets: the settings of both processes and the gateway's environment."""

from typing import Any

from contracts.topics import GATEWAY
from firmware_config.layout import (
    BACKUPS,
    BROKER_PORT,
    PAGE_PORT,
    STATE,
    File,
    Files,
    Site,
    on_machine,
    secrets_lines,
    tls,
)
from firmware_config.yamltext import dump

BUCKET = "vsm"
INFLUX_USER = "vsm"
# Made once and kept, in gateway/secrets: what the gateway signs links with and the dashboard reads them with.
LINK_KEY = "link-key"
_ORIGIN = "# The channels are those of the file that --channels named: change them there.\n"


def files(site: Site) -> Files:
    """Settings, and where the passwords are read from."""
    return {
        "gateway/inventory.yaml": File(site.inventory),
        "gateway/gateway.yaml": File(site.header + _ORIGIN * bool(site.channels) + dump(_gateway(site))),
        "gateway/dashboard_api.yaml": File(site.header + dump(_dashboard(site))),
        "gateway/gateway.env": File(site.header + _environment() + secrets_lines(site), 0o600),
        "gateway/telemetry.env": File(site.header + _environment(), 0o600),
        "gateway/links.env": File(site.header + _links(site), 0o600),
    }


def _gateway(site: Site) -> dict[str, Any]:
    return {
        "inventory": "inventory.yaml",
        "database": _database(),
        "broker": {"host": "localhost", "port": BROKER_PORT, "tls": tls(GATEWAY)},
        **_telemetry(site),
        "backups": str(BACKUPS),
        **(site.channels.in_settings() if site.channels else {}),
    }


def _dashboard(site: Site) -> dict[str, Any]:
    # With a public address something that ends TLS stands in front, on this machine.
    host = "127.0.0.1" if site.public_url else "0.0.0.0"  # noqa: S104  # else nobody on the village's network could open the page
    settings: dict[str, Any] = {"inventory": "inventory.yaml", "database": _database(), "archive": f"{STATE}/reports"}
    return {**settings, **_telemetry(site), "host": host, "port": PAGE_PORT, "public_url": site.page_url}


def _telemetry(site: Site) -> dict[str, Any]:
    """The gateway writes it, the page draws charts of it."""
    url = "http://127.0.0.1:8086"
    return {
        "telemetry": {"url": url, "org": site.village.id, "bucket": BUCKET},
        "embedded_telemetry": f"{STATE}/telemetry.db",
    }


def _database() -> str:
    return f"sqlite:///{STATE}/gateway.db"


def _environment() -> str:
    return (
        "# InfluxDB 1.x. For 2.x put VSM_TELEMETRY__TOKEN_FILE=… (secrets/influxdb-token) in place of both lines.\n"
        f"VSM_TELEMETRY__USERNAME={INFLUX_USER}\n"
        f"VSM_TELEMETRY__PASSWORD_FILE={on_machine(GATEWAY)}/secrets/influxdb-password\n"
    )


def _links(site: Site) -> str:
    """For both processes; without a public address no letter holds a link, and there is no key."""
    if site.public_url is None:
        return "# No public address was given, so no letter holds a link: generate with --public-url to have them.\n"
    key = f"{on_machine(GATEWAY)}/secrets/{LINK_KEY}"
    return f"VSM_DISPATCH__PUBLIC_URL={site.public_url}\nVSM_DISPATCH__LINK_KEY_FILE={key}\nVSM_LINK_KEY_FILE={key}\n"

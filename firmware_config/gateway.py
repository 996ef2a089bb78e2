"""What the gateway's box gets: the settings of both processes and the gateway's environment."""

from typing import Any

from contracts.topics import GATEWAY
from firmware_config.front import BOX_KEY
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
        "gateway/front.env": File(site.header + _front(site), 0o600),
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
    settings: dict[str, Any] = {"inventory": "inventory.yaml", "database": _database(), "archive": f"{STATE}/reports"}
    front = {"front": {"url": site.public_url}} if site.front else {}
    where = {"host": site.page_host, "port": PAGE_PORT, "public_url": site.page_url}
    return {**settings, **_telemetry(site), **where, **front}


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
    page = f"VSM_DISPATCH__PAGE_URL={site.page_url}\n" if site.front else ""
    links = f"VSM_DISPATCH__LINK_KEY_FILE={key}\nVSM_LINK_KEY_FILE={key}\n"
    return f"VSM_DISPATCH__PUBLIC_URL={site.public_url}\n{page}{links}"


def _front(site: Site) -> str:
    """For the pages, which call the front."""
    if not site.front:
        return "# No public front is called: generate with --front to have one.\n"
    return f"VSM_FRONT__KEY_FILE={on_machine(GATEWAY)}/secrets/{BOX_KEY}\n"

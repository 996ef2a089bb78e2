"""The environment of docker-compose.yml: every variable that it names, and no other."""

from pathlib import Path

from firmware_config.front import BOX_KEY
from firmware_config.gateway import BUCKET, INFLUX_USER, LINK_KEY
from firmware_config.layout import PAGE_PORT, File, Files, Site, compose_line, secrets_lines

# Made once and kept, in gateway/secrets.
SECRETS = ("influxdb-password", "influxdb-token", "grafana-password")


def files(site: Site, out: Path, secrets: dict[str, str]) -> Files:
    """``.env``, ``links.env``, ``front.env`` and ``channels.env``.

    ``out``: the folder all of it is written to; ``secrets`` by the names of :data:`SECRETS`, with a public address
    :data:`LINK_KEY` too, with a front :data:`~firmware_config.front.BOX_KEY`.
    """
    links = _LINKS + "".join(_lines(_links(site, secrets)))
    return {
        ".env": File(site.header + _HOW + "".join(_lines(_values(site, out, secrets))), 0o600),
        "links.env": File(site.header + links, 0o600),
        "front.env": File(site.header + _FRONT + "".join(_lines(_front(site, secrets))), 0o600),
        "channels.env": File(site.header + _CHANNELS + secrets_lines(site), 0o600),
    }


_HOW = """\
# Beside docker-compose.yml: docker compose --env-file THIS-FILE up --detach --build
# VSM_SITE is the folder of this file: change it when you move the folder. VSM_PAGE is the address
# of this machine that serves the page, VSM_PAGE_URL what people open.
"""

# Services are given it by docker-compose.yml; without a public address it is empty, and no letter holds a link.
_LINKS = "# For gateway and dashboard_api: what links in letters begin with, and what signs them.\n"

# The secrets lie in the volume that `prepare` fills at each `up`; without channels nobody is told.
_CHANNELS = "# For gateway and migrate, who read gateway.yaml: where the command key and channels' secrets lie.\n"


# Without a public front it is empty.
_FRONT = "# For dashboard_api: what it signs its calls of the public front with.\n"


def _front(site: Site, secrets: dict[str, str]) -> dict[str, str]:
    return {"VSM_FRONT__KEY": secrets[BOX_KEY]} if site.front else {}


def _links(site: Site, secrets: dict[str, str]) -> dict[str, str]:
    if site.public_url is None:
        return {}
    key = secrets[LINK_KEY]
    page = {"VSM_DISPATCH__PAGE_URL": site.page_url} if site.front else {}
    links = {"VSM_DISPATCH__LINK_KEY": key, "VSM_LINK_KEY": key}
    return {"VSM_DISPATCH__PUBLIC_URL": site.public_url, **page, **links}


def _values(site: Site, out: Path, secrets: dict[str, str]) -> dict[str, str]:
    return {
        "VSM_SITE": str(out),
        "VSM_PAGE": f"{site.page_host}:{PAGE_PORT}",
        "VSM_PAGE_URL": site.page_url,
        "INFLUXDB_USERNAME": INFLUX_USER,
        "INFLUXDB_PASSWORD": secrets["influxdb-password"],
        "INFLUXDB_ORG": site.village.id,
        "INFLUXDB_BUCKET": BUCKET,
        "INFLUXDB_TOKEN": secrets["influxdb-token"],
        "GRAFANA_PASSWORD": secrets["grafana-password"],
    }


def _lines(values: dict[str, str]) -> list[str]:
    return [compose_line(name, value) for name, value in values.items()]

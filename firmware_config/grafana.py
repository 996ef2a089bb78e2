"""What Grafana is given: one data source (InfluxDB, asked in InfluxQL) and two dashboards, days and months."""

import json
from typing import Any

from contracts.inventory import Village
from firmware_config.gateway import BUCKET
from firmware_config.grafana_panels import DATA_SOURCE, long_panels, panels
from firmware_config.layout import File, Files, Site
from firmware_config.yamltext import dump

FOLDER = "/etc/grafana/provisioning/dashboards"
INFLUXDB = "http://influxdb:8086"


def files(site: Site) -> Files:
    """Provisioning without a secret: the token comes by Grafana's own environment."""
    days = _dashboard(site.village, "village", "", "now-24h", panels())
    months = _dashboard(site.village, "village-months", " · 长期 long term", "now-90d", long_panels())
    return {
        "grafana/datasources/influxdb.yaml": File(site.header + dump(_source())),
        "grafana/dashboards/village.yaml": File(site.header + dump(_provider())),
        "grafana/dashboards/village.json": File(_json(days)),
        "grafana/dashboards/months.json": File(_json(months)),
    }


def _source() -> dict[str, Any]:
    source = {
        "name": "InfluxDB",
        "uid": DATA_SOURCE["uid"],
        "type": DATA_SOURCE["type"],
        "access": "proxy",
        "url": INFLUXDB,
        "isDefault": True,
        "editable": False,
        "jsonData": {"dbName": BUCKET, "httpMode": "GET", "httpHeaderName1": "Authorization"},
        "secureJsonData": {"httpHeaderValue1": "Token ${INFLUXDB_TOKEN}"},
    }
    return {"apiVersion": 1, "datasources": [source]}


def _provider() -> dict[str, Any]:
    options = {"path": FOLDER}
    provider = {"name": "village", "type": "file", "allowUiUpdates": False, "options": options}
    return {"apiVersion": 1, "providers": [provider]}


def _json(dashboard: dict[str, Any]) -> str:
    return f"{json.dumps(dashboard, ensure_ascii=False, indent=1)}\n"


def _dashboard(village: Village, uid: str, about: str, begin: str, shown: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "uid": uid,
        "title": f"{village.name.en} ({village.name.zh}){about}",
        "tags": [village.id],
        "schemaVersion": 39,
        "editable": False,
        "time": {"from": begin, "to": "now"},
        "refresh": "1m",
        "templating": {"list": [_junctions(village)]},
        "panels": shown,
    }


def _junctions(village: Village) -> dict[str, Any]:
    """Which junctions are shown; by name, since nobody knows their ids."""
    named = [(junction.id, f"{junction.name.zh} {junction.name.en}") for _, junction in village.junctions()]
    every = {"text": "All", "value": "$__all", "selected": True}
    return {
        "name": "junction",
        "label": "Junction 路口",
        "type": "custom",
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": every,
        "options": [every, *({"text": text, "value": name, "selected": False} for name, text in named)],
        "query": ", ".join(f"{_escaped(text)} : {name}" for name, text in named),
    }


def _escaped(text: str) -> str:
    """A comma would begin the next junction, a colon the id."""
    return text.replace(",", "\\,").replace(" : ", " ")

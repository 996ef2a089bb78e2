"""What Grafana is given: one data source (InfluxDB, asked in InfluxQL) and one dashboard, the village."""

import json
from typing import Any

from contracts.inventory import Village
from firmware_config.gateway import BUCKET
from firmware_config.grafana_panels import DATA_SOURCE, panels
from firmware_config.layout import File, Files, Site
from firmware_config.yamltext import dump

FOLDER = "/etc/grafana/provisioning/dashboards"
INFLUXDB = "http://influxdb:8086"


def files(site: Site) -> Files:
    """Provisioning without a secret: the token comes by Grafana's own environment."""
    dashboard = json.dumps(_dashboard(site.village), ensure_ascii=False, indent=1)
    return {
        "grafana/datasources/influxdb.yaml": File(site.header + dump(_source())),
        "grafana/dashboards/village.yaml": File(site.header + dump(_provider())),
        "grafana/dashboards/village.json": File(f"{dashboard}\n"),
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


def _dashboard(village: Village) -> dict[str, Any]:
    return {
        "uid": "village",
        "title": f"{village.name.en} ({village.name.zh})",
        "tags": [village.id],
        "schemaVersion": 39,
        "editable": False,
        "time": {"from": "now-24h", "to": "now"},
        "refresh": "1m",
        "templating": {"list": [_junctions(village)]},
        "panels": panels(),
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

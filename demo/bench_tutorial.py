"""What tutorials tell people to write: a paho callback that makes a Point and gives it to the write API of
influxdb-client. ``python -m demo.bench_tutorial PORT URL DATABASE synchronous|batching``; it runs until it is ended.
"""

import json
import sys
from typing import Any, cast

import paho.mqtt.client as mqtt
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point
from influxdb_client.client.write_api import SYNCHRONOUS, WriteOptions
from influxdb_client.domain.write_precision import WritePrecision
from paho.mqtt.enums import CallbackAPIVersion

from demo.bench_village import TOPICS
from demo.workplace import HOST


def client_for(url: str, database: str) -> Any:
    """A client that writes to an InfluxDB before 1.8, which has no /api/v2/write."""
    client: Any = cast("Any", InfluxDBClient)(url, token="", org="-")
    call = client.api_client.call_api

    def to_old(path: str, method: str, *words: Any, **named: Any) -> Any:
        if path == "/api/v2/write":
            path, words = "/write", (words[0], [("db", database), ("precision", "ms")], *words[2:])
        return call(path, method, *words, **named)

    client.api_client.call_api = to_old
    return client


def main() -> None:
    """Run until ended."""
    port, url, database, mode = sys.argv[1:]
    options = SYNCHRONOUS if mode == "synchronous" else WriteOptions()
    writer = client_for(url, database).write_api(write_options=options)

    def on_message(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        record = json.loads(message.payload)
        for reading in record["r"]:
            point: Any = cast("Any", Point)("camera")
            point = point.tag("node", message.topic.split("/")[3]).tag("device", reading["d"])
            for name, value in reading["m"].items():
                point = point.field(name, value)
            writer.write(database, "-", point.field("n", float(record["n"])).time(record["ts"], WritePrecision.MS))

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="tutorial")
    client.on_message = on_message
    client.connect(HOST, int(port))
    client.subscribe(TOPICS, qos=1)
    client.loop_forever()


if __name__ == "__main__":
    main()

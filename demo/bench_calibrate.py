"""The calibration load: one process that takes messages from a broker with paho and parses each with ``json.loads``,
and nothing else.

Machines differ; a row's ratio to this load of the same run does not. ``python -m demo.bench_calibrate PORT COUNT`` is
the measured process.
"""

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from demo.workplace import HOST, free_port

MESSAGES = 100_000
EMBEDDED_SHARE = 10  # the embedded broker is slow: it gets a tenth, and the result is scaled
SIZE = 415
TOPIC = "vsm/v1/demo/n-01/up"
WITHIN_S = 300.0
IN_FLIGHT = 500
MOSQUITTO_PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
MOSQUITTO = """listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_inflight_messages 0
max_queued_messages 0
"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """CPU seconds of the subscriber for :data:`MESSAGES` messages, and how they were got."""

    name: str
    cpu_s: float

    def ratio(self, us: float) -> float:
        """CPU microseconds of one reading against those of one calibration message."""
        return us * MESSAGES / 1e6 / self.cpu_s


def payload(n: int) -> bytes:
    """A record of one reading, :data:`SIZE` bytes long."""
    reading = {
        "d": "cam-01",
        "s": "up",
        "since_s": 812.4,
        "looks": 407,
        "m": {"fps": 24.9, "kbps": 811.2, "gop_s": 2.0, "lag_ms": 41.0},
    }
    head = {
        "v": 1,
        "stream": "5f0c3a9e7b1d2468",
        "n": n,
        "boot": "0123456789abcdef",
        "ts": 1_790_000_000_000,
        "mono": 812_400,
        "age_ms": 3,
    }
    text = json.dumps({**head, "tq": "ntp", "r": [reading]})
    return (text[:-1] + " " * (SIZE - len(text)) + text[-1]).encode()


def take(port: int, count: int) -> float:
    """Subscribe, parse ``count`` messages, and return the CPU seconds of this process; the broker's users are the
    demo's.
    """
    done, seen, begun = threading.Event(), 0, 0.0
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="calibration")
    client.username_pw_set("gateway", "calibration")

    def heard(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        nonlocal seen
        json.loads(message.payload)
        seen += 1
        if seen == count:
            done.set()

    def subscribe(taker: mqtt.Client, *_: object) -> None:
        # QoS 0: acknowledging each message alone would double the cost, and flatter whoever is compared with it.
        taker.subscribe(TOPIC, qos=0)

    def ready(*_: object) -> None:
        nonlocal begun
        begun = time.process_time()
        print("ready", flush=True)

    client.on_message, client.on_subscribe = heard, ready
    client.on_connect = subscribe
    client.connect(HOST, port)
    client.loop_start()
    if not done.wait(WITHIN_S):
        raise TimeoutError(f"{seen} of {count} messages came within {WITHIN_S:.0f} s")
    used = time.process_time() - begun
    client.disconnect()
    client.loop_stop()
    return used


def _send(port: int, count: int) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="load")
    client.username_pw_set("gateway", "calibration")
    client.max_inflight_messages_set(IN_FLIGHT)
    room = threading.Semaphore(2 * IN_FLIGHT)
    client.on_publish = lambda *_: room.release()
    client.connect(HOST, port)
    client.loop_start()
    for n in range(1, count + 1):
        if not room.acquire(timeout=WITHIN_S):
            raise TimeoutError("the broker takes no more messages")
        client.publish(TOPIC, payload(n), qos=1)
    for _ in range(2 * IN_FLIGHT):
        room.acquire(timeout=WITHIN_S)
    client.disconnect()
    client.loop_stop()


@contextmanager
def _broker() -> Iterator[tuple[str, int]]:
    """A broker's name and port: mosquitto where it is installed, else the embedded one."""
    port, mosquitto = free_port(), shutil.which("mosquitto") or shutil.which("mosquitto", path=MOSQUITTO_PLACES)
    with tempfile.TemporaryDirectory(prefix="vsm-bench-") as name:
        file = Path(name) / "broker"
        if mosquitto:
            file.write_text(MOSQUITTO.format(port=port), encoding="utf-8")
            argv = [mosquitto, "-c", str(file)]
        else:
            file.write_text(json.dumps({"gateway": "calibration"}), encoding="utf-8")
            argv = [sys.executable, "-m", "demo.broker", "--port", str(port), "--users", str(file)]
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_broker(port)
            yield ("mosquitto" if mosquitto else "embedded broker"), port
        finally:
            process.terminate()
            process.wait(10)


def wait_for_broker(port: int) -> None:
    """Until the broker on this machine answers. Raises :class:`OSError` after 20 s."""
    end = time.monotonic() + 20
    while True:
        try:
            client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"probe-{secrets.token_hex(4)}")
            client.connect(HOST, port)
            client.disconnect()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def calibrate(quick: bool) -> Calibration:
    """Run the load. Raises :class:`RuntimeError` or :class:`OSError` when it does not come to its end."""
    with _broker() as (broker, port):
        count = MESSAGES // (EMBEDDED_SHARE if quick or broker != "mosquitto" else 1)
        argv = [sys.executable, "-m", "demo.bench_calibrate", str(port), str(count)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as taker:
            lines = iter(taker.stdout or ())
            if next(lines, "").strip() != "ready":
                raise RuntimeError("the calibration subscriber did not start")
            _send(port, count)
            used = float(next(lines, "nan"))
    scaled = "" if count == MESSAGES else f", {count} messages scaled"
    return Calibration(
        f"paho + json.loads of {MESSAGES} messages of {SIZE} bytes, {broker}{scaled}", used * MESSAGES / count
    )


if __name__ == "__main__":
    print(take(int(sys.argv[1]), int(sys.argv[2])))

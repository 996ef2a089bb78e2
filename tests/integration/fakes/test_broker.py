import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

Connect = Callable[..., Any]
Wait = Callable[..., None]
UP, STATE = "vsm/v1/demo/{}/up", "vsm/v1/demo/{}/state"

HUNG = """
import sys
import paho.mqtt.client as mqtt
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="hung", protocol=mqtt.MQTTv311)
client.username_pw_set("n-02", "two")
client.will_set("vsm/v1/demo/n-02/state", "lost", 1)
client.on_connect = lambda *_: print("connected", flush=True)
client.connect("127.0.0.1", int(sys.argv[1]), keepalive=1)
client.loop_forever()
"""


def test_a_node_cannot_speak_for_another(connect: Connect, wait: Wait) -> None:
    gateway, one, two = (connect(user) for user in ("gateway", "n-01", "n-02"))
    gateway.hear("vsm/v1/demo/+/up", "vsm/v1/demo/gateway/state")
    one.say(UP.format("n-02"), "forged")
    one.say(STATE.format("gateway"), "forged", retain=True)
    two.say(UP.format("n-02"), "true")
    one.say(UP.format("n-01"), "own")
    wait(lambda: gateway.texts(UP.format("n-01")))
    assert gateway.texts(UP.format("n-02")) == ["true"]
    assert "forged" not in gateway.texts(STATE.format("gateway"))


def test_a_node_hears_its_own_acks_only(connect: Connect, wait: Wait) -> None:
    gateway, one = connect("gateway"), connect("n-01")
    one.hear("vsm/v1/demo/n-01/ack", "vsm/v1/demo/n-02/ack", "vsm/v1/demo/#")
    gateway.say("vsm/v1/demo/n-02/ack", "yours")
    gateway.say("vsm/v1/demo/n-01/ack", "mine")
    wait(lambda: one.heard)
    assert [payload for _, payload, _ in one.heard] == [b"mine"]


def test_a_wrong_password_is_refused(connect: Connect) -> None:
    assert connect("n-01", password="wrong").reason == "Not authorized"


def test_nobody_may_leave_a_will_in_the_name_of_another(connect: Connect) -> None:
    assert connect("n-02", will=STATE.format("n-01")).reason == "Not authorized"


def test_a_new_client_gets_the_retained_messages_it_asks_for_and_no_others(connect: Connect, wait: Wait) -> None:
    gateway, one = connect("gateway"), connect("n-01")
    gateway.hear("vsm/v1/demo/+/state")
    one.say(STATE.format("n-01"), "ready", retain=True)
    gateway.say(STATE.format("gateway"), "ready", retain=True)
    late = connect("n-02")
    late.hear(STATE.format("gateway"))
    wait(lambda: late.heard)
    assert late.heard == [(STATE.format("gateway"), b"ready", True)]


def test_a_client_that_hangs_gets_its_will(connect: Connect, wait: Wait, broker_port: int) -> None:
    gateway = connect("gateway")
    gateway.hear(STATE.format("n-02"))
    argv = [sys.executable, "-c", HUNG, str(broker_port)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as hung:
        assert hung.stdout is not None
        hung.stdout.readline()
        os.kill(hung.pid, signal.SIGSTOP)
        wait(lambda: gateway.texts(STATE.format("n-02")) == ["lost"])
        hung.kill()


def test_a_second_connection_of_a_client_ends_the_first(connect: Connect, wait: Wait) -> None:
    gateway = connect("gateway")
    gateway.hear(STATE.format("n-01"))
    first = connect("n-01", will=STATE.format("n-01"), name="twice")
    first.mqtt.on_disconnect = lambda *_: first.heard.append(("gone", b"", False))
    first.mqtt.reconnect_delay_set(30, 30)
    connect("n-01", name="twice")
    wait(lambda: "lost" in gateway.texts(STATE.format("n-01")))
    wait(lambda: first.texts("gone"))

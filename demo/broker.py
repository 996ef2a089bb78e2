"""An MQTT 3.1.1 broker for the demo: ``python -m demo.broker --users FILE``. On a gateway's box mosquitto does this
work.
"""

import argparse
import asyncio
import json
import logging
import signal
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from contracts.topics import GATEWAY, ROOT
from demo.broker_mends import MendedBroker, mend

# Added to a client's keepalive before it counts as hung: clients ping up to a second late.
HUNG_AFTER_KEEPALIVE_S = 2


def acls(users: Iterable[str], village: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What each user may publish, and what it may subscribe to. The gateway: everything of the village; a node:
    what is its own.
    """
    publish: dict[str, list[str]] = {}
    subscribe: dict[str, list[str]] = {}
    for user in users:
        own = f"{ROOT}/{village}/#" if user == GATEWAY else f"{ROOT}/{village}/{user}/#"
        publish[user] = [own]
        subscribe[user] = [own] if user == GATEWAY else [own, f"{ROOT}/{village}/{GATEWAY}/state"]
    return publish, subscribe


def configuration(host: str, port: int, users: dict[str, str], village: str) -> dict[str, Any]:
    """amqtt's configuration: one listener, the users, and who may say and hear what."""
    publish, subscribe = acls(users, village)
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}"}},
        "timeout_disconnect_delay": HUNG_AFTER_KEEPALIVE_S,
        "plugins": {
            "demo.broker_mends.MemoryAuth": {"users": users},
            # `acl` is deprecated in favour of a key that the same release refuses to load.
            "amqtt.plugins.topic_checking.TopicAccessControlListPlugin": {"acl": subscribe, "publish_acl": publish},
        },
    }


async def serve(settings: dict[str, Any]) -> None:
    """Run until SIGTERM or SIGINT. Raises :class:`amqtt.errors.BrokerError` when the port is taken."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    mend()
    broker = MendedBroker(settings)
    await broker.start()
    await stop.wait()
    try:
        await asyncio.wait_for(broker.shutdown(), 2)
    except TimeoutError:
        logging.getLogger("demo.broker").warning("a client did not let go in time")


def main(argv: list[str] | None = None) -> int:
    """Parse the command line and serve; 2 when the users' file is of no use."""
    parser = argparse.ArgumentParser(prog="python -m demo.broker", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument(
        "--users",
        type=Path,
        required=True,
        help='JSON file: {"name": "password"}; the user "gateway" may do everything',
    )
    parser.add_argument("--village", default="+", help="only this village's topics (default: any)")
    parser.add_argument("--verbose", action="store_true", help="amqtt's warnings too")
    options = parser.parse_args(argv)
    try:
        users = json.loads(options.users.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{options.users}: cannot be read as users: {error}", file=sys.stderr)
        return 2
    if not isinstance(users, dict) or not all(isinstance(password, str) for password in users.values()):
        print(f'{options.users}: not of the form {{"name": "password"}}', file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.WARNING, format="broker: %(message)s")
    # amqtt calls every client that goes away in the middle of a message an error, with its traceback.
    logging.getLogger("amqtt").setLevel(logging.WARNING if options.verbose else logging.CRITICAL)
    warnings.filterwarnings("ignore", message="The 'acl' option is deprecated", category=DeprecationWarning)
    asyncio.run(serve(configuration(options.host, options.port, users, options.village)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

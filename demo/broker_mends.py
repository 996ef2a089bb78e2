"""amqtt 0.12 with its faults mended, and its users kept in memory.

Mended: a client that hangs gets its will sent; the table of subscriptions may change while a message goes round; a
new client gets the retained messages of its own subscriptions only; a second connection with the same client id
ends the first one, will included.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from amqtt.broker import Broker
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session

Subscribers = list[tuple[Session, int]]


class MemoryAuth(BaseAuthPlugin):
    """Knows its users by heart. A will may only be left on a topic below the client's own name, so that nobody can
    declare another dead.
    """

    @dataclass
    class Config:
        """``users``: name -> password."""

        users: dict[str, str] = field(default_factory=dict)

    async def authenticate(self, *, session: Session) -> bool:
        """Whether name and password belong together and the will, if any, is the client's own."""
        expected = self.config.users.get(session.username or "")
        if expected is None or not hmac.compare_digest(expected.encode(), (session.password or "").encode()):
            return False
        return not session.will_flag or f"/{session.username}/" in f"/{session.will_topic}"


class _Snapshots(dict[str, Subscribers]):
    """Hands out copies to iterate over: amqtt awaits in the middle of its loops, and other clients subscribe
    meanwhile.
    """

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().keys()))

    def items(self) -> Any:
        return [(topic, list(subscribers)) for topic, subscribers in super().items()]


class MendedBroker(Broker):
    """amqtt's broker; see the module's first lines for what is different."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._subscriptions: dict[str, Subscribers] = _Snapshots()

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        subscribers = self._subscriptions.get(subscription[0], [])
        if any(subscriber.client_id == session.client_id for subscriber, _qos in subscribers):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    async def _delete_session(self, client_id: str) -> None:
        session, handler = self._sessions.get(client_id, (None, None))
        if session is not None and handler is not None and session.transitions.is_connected():
            await handler.handle_connection_closed()
        await super()._delete_session(client_id)


def _end_hung_client(handler: BrokerProtocolHandler) -> None:
    """In place of amqtt's empty ``handle_read_timeout``: wakes the client's loop, which sends the will and closes
    the connection.
    """
    waiter = handler._disconnect_waiter  # noqa: SLF001  # the only handle amqtt has on "this client is gone"
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def mend() -> None:
    """Give hung clients their will; once per process, before the broker starts."""
    BrokerProtocolHandler.handle_read_timeout = _end_hung_client

"""The ways to people in the demo: the gateway's real channels, led to the vendors on this computer. Pure."""

from typing import Any, NamedTuple

from demo.vendors import registered
from demo.vendors.server import HOST, SECRET
from gateway.dispatch.words import ChannelKind

# The robot of a room is known by the end of its key.
ROOMS = {"wecom_maintenance": "maintenance", "wecom_police": "police"}
KINDS: dict[str, ChannelKind] = {
    **dict.fromkeys(ROOMS, "wecom"),
    "sms": "sms",
    "voice": "voice",
    "mail": "smtp",
    "platform": "webhook",
}
MAIL_DOMAIN = "demo.example"


class Doors(NamedTuple):
    """The vendors' ports on this computer."""

    http: int
    mail: int

    @property
    def url(self) -> str:
        """Where they are, and the phones."""
        return f"http://{HOST}:{self.http}"


def settings(doors: Doors) -> dict[str, Any]:
    """``channels`` of the gateway's settings."""
    bridge = {"url": f"{doors.url}/adapter", "secret": SECRET, "templates": registered.ids()}
    robots = {
        name: {"kind": "wecom", "url": f"{doors.url}/cgi-bin/webhook/send", "secret": f"{SECRET}.{room}"}
        for name, room in ROOMS.items()
    }
    mail = {"host": HOST, "port": doors.mail, "security": "plain", "sender": f"monitor@{MAIL_DOMAIN}"}
    return {
        **robots,
        "sms": {"kind": "sms", **bridge},
        "voice": {"kind": "voice", "per_minute": 60, **bridge},
        "mail": {"kind": "smtp", "sender_name": "村安全监测", **mail},
        "platform": {"kind": "webhook", "url": f"{doors.url}/webhook", "secret": SECRET},
    }

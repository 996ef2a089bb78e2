"""What a message costs on a node's line, as far as the gateway can know: its bytes inside TLS, with the envelopes.

Not in it: TCP and IP headers, handshakes, pings, and what was sent again underneath. docs/admin.md says how far that is
from what a line's own counter shows.
"""

# A TLS 1.3 record around each packet: header, type and tag.
_RECORD = 22
# MQTT: a publish's fixed header, the length of its topic, and its number; the answer to it is a packet of 4 bytes.
_PUBLISH, _PUBACK = 7, 4
_ENVELOPE = _PUBLISH + _PUBACK + 2 * _RECORD
# The gateway's own ack: a payload of 60 to 90 bytes and a topic of about 30, and the node's answer to it.
ACK_BYTES = 110 + _ENVELOPE


def size(topic: str, payload: bytes) -> int:
    """Bytes of one message of a node, with the broker's answer."""
    return len(topic) + len(payload) + _ENVELOPE

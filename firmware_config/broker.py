"""Mosquitto's configuration: limits from the number of nodes, users from the names in the certificates."""

from contracts.messages import MAX_PAYLOAD
from contracts.topics import DOWN_LEAVES, GATEWAY, UP_LEAVES, Topic, from_nodes
from firmware_config.layout import BROKER_PORT, File, Files, Site, on_machine

# A node has at most so many records on their way; the queue holds them all twice over.
NODE_WINDOW = 200
INFLIGHT = 1000
QUEUED_BYTES = 64 * 2**20
# The largest message the product takes, and room for its topic and header.
PACKET = MAX_PAYLOAD + 4096


def files(site: Site) -> Files:
    """``mosquitto.conf`` and the access list."""
    return {
        "broker/mosquitto.conf": File(site.header + _conf(max(1, len(site.nodes)))),
        "broker/acl": File(site.header + _acl(site)),
    }


def _conf(nodes: int) -> str:
    """At least one node: a queue of 0 would be one without limit."""
    folder = on_machine("broker")
    return f"""
listener {BROKER_PORT}

# Who connects shows a certificate of the village's own authority; the name in it is the user and the client id, so that
# nobody can speak as another, or push another off.
cafile {folder}/tls/ca.crt
certfile {folder}/tls/broker.crt
keyfile {folder}/tls/broker.key
crlfile {folder}/tls/ca.crl
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {folder}/acl

# Limits, for {nodes} nodes. Records wait on the nodes' cards until the gateway has them, so the broker keeps little.
max_inflight_messages {INFLIGHT}
max_queued_messages {2 * NODE_WINDOW * nodes}
max_queued_bytes {QUEUED_BYTES}
max_packet_size {PACKET}
max_keepalive 600
persistent_client_expiration 1d

persistence true
persistence_location /var/lib/mosquitto/
log_dest stderr
"""


def _acl(site: Site) -> str:
    village = site.village.id
    down = [f"topic write {Topic(village, '+', leaf)}" for leaf in sorted(DOWN_LEAVES)]
    lines = ["", "# The gateway hears every node and answers each.", f"user {GATEWAY}"]
    lines += [f"topic read {topic}" for topic in from_nodes(village)] + down
    lines += [f"topic write {Topic(village, GATEWAY, 'state')}", "", "# Every node hears whether the gateway is there."]
    for node in site.nodes:
        lines += [f"user {node.id}", f"topic read {Topic(village, GATEWAY, 'state')}"]
    lines += ["", "# %u is the name in the certificate: a node speaks and listens on its own topics alone."]
    lines += [f"pattern write {Topic(village, '%u', leaf)}" for leaf in sorted(UP_LEAVES)]
    lines += [f"pattern read {Topic(village, '%u', leaf)}" for leaf in sorted(DOWN_LEAVES)]
    return "\n".join([*lines, ""])

"""systemd units and chrony's snippets. The units are the same for every village."""

from firmware_config.layout import BROKER_PORT, ETC, PYTHON, STATE, USER, File, Files, Site

_HARDENING = f"""\
User={USER}
Group={USER}
UMask=0077
StateDirectory={STATE.name}
StateDirectoryMode=0750
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectKernelLogs=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""

# The work loop itself feeds the watchdog: a loop that hangs is restarted, not only a process that has died.
# lgpio keeps a small pipe in its working directory, and the file system is read-only.
EDGE = f"""\
[Unit]
Description=Village safety monitor: node %i
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
WatchdogSec=30
EnvironmentFile=-{ETC}/%i/node.env
ExecStart={PYTHON} -m edge --config {ETC}/%i/edge.yaml
Restart=always
RestartSec=2
TimeoutStopSec=20
RuntimeDirectory=vsm-%i
WorkingDirectory=/run/vsm-%i
Environment=LG_WD=/run/vsm-%i
# Raspberry Pi OS has the group gpio; elsewhere: groupadd --system gpio
SupplementaryGroups=gpio video
DevicePolicy=closed
DeviceAllow=char-gpiochip rw
DeviceAllow=char-video4linux rw
{_HARDENING}
[Install]
WantedBy=multi-user.target
"""

GATEWAY = f"""\
[Unit]
Description=Village safety monitor: gateway
Wants=network-online.target
After=network-online.target mosquitto.service influxdb.service
StartLimitIntervalSec=0

[Service]
Type=exec
EnvironmentFile=-{ETC}/gateway/gateway.env
ExecStart={PYTHON} -m gateway --config {ETC}/gateway/gateway.yaml
Restart=always
RestartSec=2
TimeoutStopSec=30
PrivateDevices=yes
{_HARDENING}
[Install]
WantedBy=multi-user.target
"""

DASHBOARD = f"""\
[Unit]
Description=Village safety monitor: pages and API
Wants=network-online.target
After=network-online.target vsm-gateway.service
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart={PYTHON} -m dashboard_api --config {ETC}/gateway/dashboard_api.yaml
Restart=always
RestartSec=2
TimeoutStopSec=20
PrivateDevices=yes
{_HARDENING}
[Install]
WantedBy=multi-user.target
"""


def files(site: Site) -> Files:
    """Units (for ``/etc/systemd/system``) and snippets (for ``/etc/chrony/conf.d``)."""
    return {
        "systemd/vsm-edge@.service": File(site.header + EDGE),
        "systemd/vsm-gateway.service": File(site.header + GATEWAY),
        "systemd/vsm-dashboard.service": File(site.header + DASHBOARD),
        "chrony/gateway.conf": File(site.header + _TIME_SERVER),
        "chrony/node.conf": File(site.header + _time_client(site.gateway_host)),
        "README.txt": File(_readme(site)),
    }


_TIME_SERVER = """\
# The nodes have no clock battery and may have no other way to the time.
allow
local stratum 10
"""


def _time_client(host: str) -> str:
    return f"server {host} iburst\nmakestep 1 -1\n"


def _readme(site: Site) -> str:
    return f"""\
{site.village.name.en} ({site.village.name.zh}): what `python -m firmware_config generate` made, and where it goes.

ca/ca.key      KEEP IT OFFLINE. Whoever has it can make a node. Move it to a medium in a drawer; `generate --ca FOLDER`
               finds it there when a node is added. Without it everything but new certificates can be made again.
ca/ca.crt      the village's certificate authority; already copied to where it is needed
ca/ca.crl      certificates that are good no longer. When a node was lost or stolen: `generate --revoke NAME`, copy
               broker/ to its place and restart the broker
broker/        {ETC}/broker on the gateway's box, owned by the user mosquitto; broker/mosquitto.conf takes the place of
               /etc/mosquitto/mosquitto.conf; nodes reach it at {site.gateway_host}:{BROKER_PORT}
gateway/       {ETC}/gateway on the gateway's box, owned by {USER}
nodes/NAME/    {ETC}/NAME on that node, owned by {USER}; fill in secrets/* (user:password of each camera)
systemd/       /etc/systemd/system; on a node: systemctl enable --now vsm-edge@NAME, one for each node the Pi carries
chrony/        /etc/chrony/conf.d: gateway.conf on the gateway's box, node.conf on the nodes
.env, grafana/ for docker-compose.yml on the gateway's box, which takes them and broker/, gateway/ from here
"""

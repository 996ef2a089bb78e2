"""systemd units. They are the same for every village."""

from firmware_config import machine
from firmware_config.layout import (
    BACKUPS,
    BROKER_PORT,
    EDGE_PYTHON,
    ETC,
    FRONT,
    FRONT_PYTHON,
    GATEWAY_PYTHON,
    STATE,
    USER,
    File,
    Files,
    Site,
)

_SANDBOX = """\
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectKernelLogs=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
_HARDENING = f"""\
User={USER}
Group={USER}
StateDirectory={STATE.name}
StateDirectoryMode=0750
CapabilityBoundingSet=
{_SANDBOX}"""

# The work loop itself feeds the watchdog: a loop that hangs is restarted, not only a process that has died.
# lgpio keeps a small pipe in its working directory, and the file system is read-only.
# Node and gateway ask the kernel (adjtimex) whether their clock is kept in step; ProtectClock would forbid the question
# too. Setting the clock takes a capability, and they have none.
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
ExecStart={EDGE_PYTHON} -m edge --config {ETC}/%i/edge.yaml
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
{_HARDENING}SystemCallFilter=adjtimex clock_adjtime

[Install]
WantedBy=multi-user.target
"""

GATEWAY = f"""\
[Unit]
Description=Village safety monitor: gateway
Wants=network-online.target
After=network-online.target time-sync.target mosquitto.service influxdb.service
StartLimitIntervalSec=0

[Service]
Type=exec
EnvironmentFile=-{ETC}/gateway/gateway.env
EnvironmentFile=-{ETC}/gateway/links.env
ExecStart={GATEWAY_PYTHON} -m gateway --config {ETC}/gateway/gateway.yaml
Restart=always
RestartSec=2
TimeoutStopSec=30
PrivateDevices=yes
{_HARDENING}SystemCallFilter=adjtimex clock_adjtime

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
EnvironmentFile=-{ETC}/gateway/links.env
EnvironmentFile=-{ETC}/gateway/telemetry.env
EnvironmentFile=-{ETC}/gateway/front.env
ExecStart={GATEWAY_PYTHON} -m dashboard_api --config {ETC}/gateway/dashboard_api.yaml
Restart=always
RestartSec=2
TimeoutStopSec=20
PrivateDevices=yes
ProtectClock=yes
{_HARDENING}
[Install]
WantedBy=multi-user.target
"""

# On a machine of its own.
PUBLIC_FRONT = f"""\
[Unit]
Description=Village safety monitor: public front
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
EnvironmentFile={ETC}/{FRONT}/front.env
ExecStart={FRONT_PYTHON} -m dashboard_api --config {ETC}/{FRONT}/front.yaml
Restart=always
RestartSec=2
TimeoutStopSec=20
PrivateDevices=yes
ProtectClock=yes
{_HARDENING}
[Install]
WantedBy=multi-user.target
"""

# As root, since keys belong to two users. SQLite gives the files it makes beside a database to the database's owner.
BACKUP = f"""\
[Unit]
Description=Village safety monitor: backup
ConditionPathExists={STATE}/gateway.db

[Service]
Type=oneshot
EnvironmentFile=-{ETC}/gateway/gateway.env
ExecStart={GATEWAY_PYTHON} -m gateway backup --config {ETC}/gateway/gateway.yaml --etc {ETC} --into {BACKUPS} --keep 14
Nice=10
IOSchedulingClass=idle
PrivateDevices=yes
PrivateNetwork=yes
ProtectClock=yes
ReadWritePaths={BACKUPS} {STATE}
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER
{_SANDBOX}"""

BACKUP_TIMER = """\
[Unit]
Description=Village safety monitor: backup each night

[Timer]
OnCalendar=*-*-* 03:10:00
RandomizedDelaySec=20min
Persistent=yes

[Install]
WantedBy=timers.target
"""


def files(site: Site) -> Files:
    """Units (for ``/etc/systemd/system``), and what the machine's own services get."""
    return {
        "systemd/vsm-edge@.service": File(site.header + EDGE),
        "systemd/vsm-gateway.service": File(site.header + GATEWAY),
        "systemd/vsm-dashboard.service": File(site.header + DASHBOARD),
        "systemd/vsm-backup.service": File(site.header + BACKUP),
        "systemd/vsm-backup.timer": File(site.header + BACKUP_TIMER),
        **({"systemd/vsm-front.service": File(site.header + PUBLIC_FRONT)} if site.front else {}),
        **machine.files(site),
        "README.txt": File(_readme(site)),
    }


def _readme(site: Site) -> str:
    return f"""\
{site.village.name.en} ({site.village.name.zh}): what `python -m firmware_config generate` made, and where it goes.
scripts/install-gateway and scripts/install-node put all of it in its place; --dry-run shows what they would do.

ca/ca.key      KEEP IT OFFLINE. Whoever has it can make a node. Move it to a medium in a drawer; `generate --ca FOLDER`
               finds it there when a node is added. Without it everything but new certificates can be made again.
ca/ca.crt      the village's certificate authority; already copied to where it is needed
ca/ca.crl      certificates that are good no longer. When a node was lost or stolen: `generate --revoke NAME`, then
               scripts/install-gateway on the gateway's box
broker/        {ETC}/broker on the gateway's box, owned by the user mosquitto; broker/mosquitto.conf takes the place of
               /etc/mosquitto/mosquitto.conf; nodes reach it at {site.gateway_host}:{BROKER_PORT}
gateway/       {ETC}/gateway on the gateway's box, owned by {USER}
               Who is told: write the channels into a file of your own (firmware_config/villages/channels.example.yaml
               is one to copy; keep it beside the inventory), `generate … --channels FILE`; fill in
               gateway/secrets/channel-NAME, and for an outward heartbeat gateway/secrets/heartbeat-url (then generate
               again); scripts/install-gateway; then load the roster and try each channel (docs/channels.md)
               gateway/secrets/command-key signs commands to the nodes, whose edge.yaml holds its public half: when it
               may be known to somebody, delete it, generate again, and give both to the gateway and to every node
{_readme_front(site)}\
nodes/NAME/    {ETC}/NAME on that node, owned by {USER}; fill in secrets/* (user:password of each camera)
systemd/       /etc/systemd/system; on a node: systemctl enable --now vsm-edge@NAME, one for each node the Pi carries
machine/       what the machine's own services get: chrony, InfluxDB, users, journal, watchdog
.env, links.env, front.env, channels.env, grafana/ for docker-compose.yml on the gateway's box, which takes them and
               broker/, gateway/ from here

A node needs nodes/NAME, systemd and machine, and no more: do not carry the other folders to it.
"""


def _readme_front(site: Site) -> str:
    if not site.front:
        return ""
    return f"""\
front/         {ETC}/{FRONT} on the public machine that serves {site.public_url}:
               scripts/install-front puts it in its place. It needs front, systemd and machine, and no more: do not
               carry the other folders to it. front/Caddyfile or front/nginx.conf ends TLS there.
               gateway/secrets/front-key is the same key as front/secrets/key; when the front was stolen or given up:
               `generate … --new-front-key`, scripts/install-gateway on the gateway's box, scripts/install-front on the
               new machine (docs/front.md)
"""

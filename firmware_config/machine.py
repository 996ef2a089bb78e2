"""What the operating system's own services get: time, InfluxDB, users, journal, watchdog."""

from firmware_config.layout import ETC, STATE, USER, File, Files, Site


def files(site: Site) -> Files:
    """By their names in the generated folder; the installers know their places."""
    made = {
        "chrony-gateway.conf": _TIME_SERVER,
        "chrony-node.conf": f"server {site.gateway_host} iburst\n",
        "chrony.conf": _CHRONY,
        "chrony-options": _LAST_TIME,
        "chrony-service.conf": f"[Service]\nEnvironmentFile={ETC}/chrony-options\n",
        "influxdb.conf": _INFLUXDB,
        "sysusers-gateway.conf": _USER + _BROKER,
        "sysusers-node.conf": _USER + _HARDWARE,
        "journald.conf": _JOURNAL,
        "watchdog.conf": _WATCHDOG,
    }
    if site.front:
        made["sysusers-front.conf"] = _USER
    return {f"machine/{name}": File(site.header + text) for name, text in made.items()}


_TIME_SERVER = """\
# The nodes have no clock battery and may have no other way to the time.
allow
local stratum 10
"""

# Debian's chrony keeps its drift file current while it knows the time; -s sets a clock that is behind that file's date
# before anything else starts: certificates are good from the first second, without a clock battery.
_LAST_TIME = 'DAEMON_OPTS="-F 1 -s -f /etc/chrony/vsm.conf"\n'

# A clock that is far off is set, not slewed for hours. Debian's own line on that stands behind its confdir and wins.
_CHRONY = "include /etc/chrony/chrony.conf\nmakestep 1 -1\n"

# Debian's listens on every address and asks for no password.
_INFLUXDB = """\
reporting-disabled = true
bind-address = "127.0.0.1:8088"

[meta]
  dir = "/var/lib/influxdb/meta"

[data]
  dir = "/var/lib/influxdb/data"
  wal-dir = "/var/lib/influxdb/wal"
  query-log-enabled = false

[monitor]
  store-enabled = false

[http]
  bind-address = "127.0.0.1:8086"
  auth-enabled = true
  log-enabled = false
"""

_USER = f'u {USER} - "Village safety monitor" {STATE}\n'

# The packages make the same users; here they are known before, so that an image has its owners.
_BROKER = 'u mosquitto - "Mosquitto broker" /var/lib/mosquitto\n'

_HARDWARE = f"""\
# Raspberry Pi OS has the group gpio, Debian has not.
g gpio -
g video -
m {USER} gpio
m {USER} video
"""

_JOURNAL = """\
# In memory: it wears no card.
[Journal]
Storage=volatile
RuntimeMaxUse=32M
"""

# The Pi's watchdog counts to 16 s at most.
_WATCHDOG = """\
[Manager]
RuntimeWatchdogSec=15s
"""

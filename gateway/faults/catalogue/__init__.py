"""The table of all faults, one row a code. Adding a fault = adding a row here and its sentence in ``sentences.py``.

What a code means for the state and how many looks confirm it stands in ``contracts.codes``, since nodes need it too.
"""

from dataclasses import dataclass
from typing import Literal

from contracts.codes import CODES, OWN, looks_needed
from contracts.states import State
from gateway.faults.catalogue.sentences import SENTENCES
from gateway.faults.catalogue.steps import STEPS
from gateway.faults.catalogue.texts import Department, Role, Text
from gateway.faults.kinds import AssetKind

Class = Literal["safety", "function", "picture", "link", "power"]
Latch = Literal["none", "electrical", "acknowledge"]

DEPARTMENTS: dict[Department, Text] = {
    "electrician": Text("电工", "electrician"),
    "maintenance": Text("维保单位", "maintenance firm"),
    "charging_operator": Text("充电运营商", "charging operator"),
    "police": Text("派出所", "police station"),
    "traffic_police": Text("交警中队", "traffic police"),
    "fire_squad": Text("微型消防站", "fire squad"),
    "power_supply": Text("供电所", "power supply station"),
    "network_operator": Text("通信运营商", "network operator"),
    "village_committee": Text("村委会", "village committee"),
    "grid_officer": Text("网格员", "grid officer"),
    "duty_phone": Text("值班电话", "duty phone"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault code.

    ``severity`` 1 page now, 2 same shift, 3 digest. ``for_s`` seconds it must be bad and ``looks`` how often, to be
    confirmed. ``department`` is sent for, ``also`` is told. ``respond_by_min`` and ``repair_by_min`` minutes from its
    opening. ``latch``: how it ends once it cleared: ``none`` by itself, ``electrical`` when it was measured dead
    afterwards, ``acknowledge`` when a person has taken it. ``state``: what it means for its asset.
    """

    code: str
    kinds: frozenset[AssetKind]
    severity: Literal[1, 2, 3]
    cls: Class
    for_s: float
    department: Department
    also: tuple[Department, ...]
    respond_by_min: int
    repair_by_min: int
    latch: Latch
    state: State
    trouble: str
    sentence: Text

    @property
    def looks(self) -> int:
        """The bad looks that confirm it."""
        return looks_needed(self.code)

    def first(self, role: Role) -> Text:
        """What to do first."""
        return STEPS[self.trouble][role]


_HOUR, _DAY = 60, 24 * 60
_Due = tuple[int, int]
_AT_ONCE: _Due = (15, 4 * _HOUR)
_SHIFT: _Due = (2 * _HOUR, _DAY)
_WEEK: _Due = (_DAY, 7 * _DAY)

# code: severity, class, for_s, department, (respond, repair), latch, trouble
_Line = tuple[Literal[1, 2, 3], Class, float, Department, _Due, Latch, str]

_ELECTRICAL: _Line = (1, "safety", 0, "electrician", _AT_ONCE, "electrical", "electrical")
_LEAKAGE: _Line = (1, "safety", 0, "fire_squad", _AT_ONCE, "electrical", "electrical")
_HEAT: _Line = (1, "safety", 0, "fire_squad", _AT_ONCE, "electrical", "heat")
_PICTURE: _Line = (2, "picture", 600, "maintenance", _SHIFT, "none", "camera_picture")
_POOR_PICTURE: _Line = (3, "picture", 600, "maintenance", _WEEK, "none", "camera_picture")
_PILE: _Line = (2, "function", 0, "charging_operator", _SHIFT, "none", "pile")
_PILE_MINOR: _Line = (3, "function", 60, "charging_operator", _WEEK, "none", "pile")

_TABLE: dict[str, _Line] = {
    # Cameras
    "unreachable": (2, "link", 90, "maintenance", _SHIFT, "none", "camera_reach"),
    "stalled": (2, "link", 90, "maintenance", _SHIFT, "none", "camera_reach"),
    "frozen": _PICTURE,
    "black": _PICTURE,
    "over_exposed": _PICTURE,
    "occluded": (2, "picture", 600, "police", _SHIFT, "none", "camera_view"),
    "view_lost": (2, "picture", 600, "police", _SHIFT, "none", "camera_view"),
    "moved": (2, "picture", 600, "police", _SHIFT, "none", "camera_view"),
    "blur": _POOR_PICTURE,
    "noise": _POOR_PICTURE,
    "snow": _POOR_PICTURE,
    "cast": _POOR_PICTURE,
    "stripes": _POOR_PICTURE,
    "flicker": _POOR_PICTURE,
    "busy": (3, "link", 900, "maintenance", _WEEK, "none", "camera_setup"),
    "wrong_password": (3, "link", 0, "maintenance", _WEEK, "none", "camera_setup"),
    "not_recorded": (2, "function", 0, "maintenance", _SHIFT, "none", "camera_setup"),
    "clock_off": (3, "function", 600, "maintenance", _WEEK, "none", "camera_setup"),
    # Warning lights
    "dark": (2, "function", 0, "traffic_police", _SHIFT, "none", "light"),
    "stuck_on": (2, "function", 0, "maintenance", _SHIFT, "none", "light"),
    "flash_rate": (3, "function", 0, "maintenance", _WEEK, "none", "light"),
    # Charge points and their connectors
    "GroundFailure": _LEAKAGE,
    "OverCurrentFailure": _ELECTRICAL,
    "PowerSwitchFailure": _ELECTRICAL,
    "EmergencyStop": _ELECTRICAL,
    "GroundFault": _LEAKAGE,
    "OvercurrentFault": _ELECTRICAL,
    "FaultedHighTemperature": _HEAT,
    # What a meter measures, or a pile says in its maker's own words
    "residual_current": _LEAKAGE,
    "over_temperature": _HEAT,
    "pile_smoke": (1, "safety", 0, "fire_squad", _AT_ONCE, "electrical", "smoke"),
    "pile_water": _ELECTRICAL,
    "tilt": _ELECTRICAL,
    "Faulted": _PILE,
    "HighTemperature": (2, "safety", 0, "fire_squad", _SHIFT, "acknowledge", "heat"),
    "OverVoltage": (2, "power", 0, "electrician", _SHIFT, "none", "pile_power"),
    "PowerLoss": (2, "power", 0, "electrician", _SHIFT, "none", "pile_power"),
    "UnderVoltage": (3, "power", 60, "electrician", _WEEK, "none", "pile_power"),
    "InternalError": _PILE,
    "ConnectorLockFailure": _PILE,
    "PowerMeterFailure": _PILE,
    "ResetFailure": _PILE,
    "OtherError": _PILE,
    "ReaderFailure": _PILE_MINOR,
    "EVCommunicationError": _PILE_MINOR,
    "LocalListConflict": _PILE_MINOR,
    "WeakSignal": (3, "link", 60, "charging_operator", _WEEK, "none", "pile_link"),
    "offline": (2, "link", 60, "charging_operator", _SHIFT, "none", "pile_link"),
    # It may be a safety word, so nobody may miss it.
    "unrecognised": (2, "safety", 0, "charging_operator", _SHIFT, "acknowledge", "pile"),
    # Contacts: an open loop
    "smoke": (1, "safety", 0, "fire_squad", _AT_ONCE, "electrical", "smoke"),
    "rcd_tripped": (1, "safety", 0, "electrician", _AT_ONCE, "electrical", "cabinet"),
    "emergency_stop": (1, "safety", 0, "electrician", _AT_ONCE, "electrical", "cabinet"),
    "water": (1, "safety", 0, "electrician", _AT_ONCE, "electrical", "cabinet"),
    "breaker_tripped": (2, "power", 0, "electrician", _SHIFT, "none", "supply"),
    "mains_lost": (2, "power", 0, "electrician", _SHIFT, "none", "supply"),
    "door_open": (2, "function", 0, "maintenance", _SHIFT, "none", "door"),
    # The node's own computer
    "node_hot": (3, "function", 600, "maintenance", _WEEK, "none", "node_computer"),
    "supply_low": (3, "power", 600, "maintenance", _WEEK, "none", "node_computer"),
    "disk_full": (2, "function", 600, "maintenance", _SHIFT, "none", "node_computer"),
    "memory_low": (3, "function", 600, "maintenance", _WEEK, "none", "node_computer"),
    # Any device and the node
    "driver_error": (3, "function", 300, "maintenance", _WEEK, "none", "node"),
    "silent": (3, "link", 0, "maintenance", _WEEK, "none", "device"),
    "flapping": (3, "function", 0, "maintenance", _WEEK, "none", "unsteady"),
    "intermittent": (3, "function", 0, "maintenance", _WEEK, "none", "unsteady"),
    "unknown_device": (3, "function", 0, "maintenance", _WEEK, "acknowledge", "node"),
    "node_storage_replaced": (3, "function", 0, "maintenance", _WEEK, "acknowledge", "node"),
    "card_damaged_or_cloned": (2, "function", 0, "maintenance", _SHIFT, "acknowledge", "card"),
    "duplicate_node_identity": (2, "function", 0, "maintenance", _SHIFT, "acknowledge", "card"),
    # Causes behind several faults
    "site_dark": (2, "power", 0, "electrician", _SHIFT, "none", "site"),
    "mains_loss": (2, "power", 0, "electrician", _SHIFT, "none", "supply"),
    "feeder_down": (2, "power", 0, "power_supply", _SHIFT, "none", "feeder"),
    "uplink_down": (2, "link", 0, "network_operator", _SHIFT, "none", "uplink"),
    "gateway_down": (2, "link", 0, "maintenance", _SHIFT, "none", "gateway"),
    "weather": (3, "picture", 0, "maintenance", _WEEK, "none", "weather"),
    "sabotage": (2, "picture", 0, "police", _SHIFT, "none", "camera_view"),
    # The gateway itself
    "broker_away": (2, "link", 90, "maintenance", _SHIFT, "none", "gateway"),
    "telemetry_backlog": (3, "function", 600, "maintenance", _WEEK, "none", "gateway"),
    "store_full": (2, "function", 0, "maintenance", _SHIFT, "none", "gateway"),
    "gateway_disk_full": (3, "function", 600, "maintenance", _WEEK, "none", "gateway"),
    "gateway_clock_off": (2, "function", 600, "maintenance", _SHIFT, "none", "gateway"),
    "certificate_ends": (3, "link", 0, "maintenance", _WEEK, "none", "gateway"),
    "backup_old": (3, "function", 0, "maintenance", _WEEK, "none", "gateway"),
    "channel_dead": (2, "link", 300, "maintenance", _SHIFT, "none", "gateway"),
    # Things without a wire, and the rounds of those who look at them
    "broken": (3, "function", 0, "village_committee", _WEEK, "none", "passive"),
    "patrol_missed": (3, "function", 0, "village_committee", _WEEK, "none", "patrol"),
}

_ELECTRICIAN: tuple[Department, ...] = ("duty_phone", "electrician")
_OPERATOR: tuple[Department, ...] = ("duty_phone", "charging_operator")
# Who is told beside the department.
_ALSO: dict[str, tuple[Department, ...]] = {
    **dict.fromkeys(("occluded", "view_lost", "moved", "sabotage"), ("grid_officer",)),
    **dict.fromkeys(("pile_smoke", "smoke", "over_temperature", "FaultedHighTemperature"), _ELECTRICIAN),
    **dict.fromkeys(("GroundFailure", "GroundFault", "residual_current"), _ELECTRICIAN),
    **dict.fromkeys(("OverCurrentFailure", "OvercurrentFault", "PowerSwitchFailure", "EmergencyStop"), _OPERATOR),
    **dict.fromkeys(("pile_water", "tilt"), _OPERATOR),
    **dict.fromkeys(("emergency_stop", "water"), ("duty_phone",)),
    "rcd_tripped": ("fire_squad", "duty_phone"),
    "HighTemperature": ("duty_phone", "charging_operator"),
    "dark": ("maintenance",),
}

_DEVICES: frozenset[AssetKind] = frozenset({"camera", "warning_light", "charge_point", "connector", "contact"})
_NODE: frozenset[AssetKind] = frozenset({"node"})
_SITE: frozenset[AssetKind] = frozenset({"junction", "node"})
_GATEWAY: frozenset[AssetKind] = frozenset({"gateway"})
_PASSIVE: frozenset[AssetKind] = frozenset({"mirror", "speed_bump"})

# What only the gateway tells: the assets it tells it of, and the state it means.
_OWN: dict[str, tuple[frozenset[AssetKind], State]] = {
    "silent": (_DEVICES | _NODE, "unknown"),
    "flapping": (_DEVICES | _NODE, "degraded"),
    "intermittent": (_DEVICES | _SITE | {"feeder", "uplink", "road"}, "degraded"),
    "unknown_device": (_NODE, "up"),
    "node_storage_replaced": (_NODE, "up"),
    "card_damaged_or_cloned": (_NODE, "degraded"),
    "duplicate_node_identity": (_NODE, "degraded"),
    "site_dark": (_SITE, "unknown"),
    "mains_loss": (_SITE, "down"),
    "feeder_down": (frozenset({"feeder"}), "down"),
    "uplink_down": (frozenset({"uplink", "node"}), "unknown"),
    "gateway_down": (_GATEWAY, "unknown"),
    "weather": (frozenset({"village"}), "degraded"),
    "sabotage": (frozenset({"road"}), "down"),
    **dict.fromkeys(OWN - {"certificate_ends", "channel_dead"}, (_GATEWAY, "degraded")),
    "certificate_ends": (_GATEWAY | _NODE, "up"),
    "channel_dead": (_GATEWAY | {"channel"}, "down"),
    "broken": (_PASSIVE, "down"),
    "patrol_missed": (_PASSIVE | {"junction", "village"}, "unknown"),
}
# A stopped node is missed by more than one device is.
_NODE_SILENT: Literal[2] = 2

# Cameras of a whole village that see badly at one moment are blinded by the weather; these codes take part.
WEATHER_CODES: frozenset[str] = frozenset({"blur", "over_exposed", "noise"})
# Two cameras of one road within minutes are no accident.
SABOTAGE_CODES: frozenset[str] = frozenset({"occluded", "moved"})
# 完好率 (intact) counts what is wrong with the thing itself; its supply is somebody else's.
INTACT: frozenset[Class] = frozenset({"safety", "function", "picture", "link"})


def _entry(code: str, line: _Line) -> Entry:
    severity, cls, for_s, department, (respond, repair), latch, trouble = line
    kinds, state = _OWN[code] if code in _OWN else (CODES[code].kinds, CODES[code].state)
    also = _ALSO.get(code, ())
    due = (respond, repair)
    return Entry(code, kinds, severity, cls, for_s, department, also, *due, latch, state, trouble, SENTENCES[code])


CATALOGUE: dict[str, Entry] = {code: _entry(code, line) for code, line in _TABLE.items()}


def entry(code: str) -> Entry:
    """The row of ``code``; one that is not in the table (a newer node's) is judged as ``unrecognised``."""
    return CATALOGUE.get(code) or CATALOGUE["unrecognised"]


def severity(code: str, kind: AssetKind) -> Literal[1, 2, 3]:
    """The severity of ``code`` at an asset of ``kind``."""
    return _NODE_SILENT if code == "silent" and kind == "node" else entry(code).severity


def exempt(code: str, kind: AssetKind) -> bool:
    """Whether nothing may hold it back: no parent, grace, hold, vote, flapping, quiet hour or maintenance."""
    return severity(code, kind) == 1 or entry(code).cls == "safety"

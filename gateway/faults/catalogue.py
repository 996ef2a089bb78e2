"""The table of all faults, one row a code. Adding a fault = adding a row here and its sentence in ``sentences.py``.

What a code means for the state and how many looks confirm it stands in ``contracts.codes``, since nodes need it too.
"""

from dataclasses import dataclass
from typing import Literal

from contracts.codes import CODES, looks_needed
from gateway.faults.model import AssetKind
from gateway.faults.sentences import SENTENCES
from gateway.faults.texts import ACTIONS, Role, Text

Class = Literal["safety", "function", "picture", "link", "power"]
Latch = Literal["none", "electrical", "acknowledge"]
Department = Literal["electrician", "maintenance", "charging_operator", "police", "traffic_police", "fire_squad"]

DEPARTMENTS: dict[Department, Text] = {
    "electrician": Text("电工", "electrician"),
    "maintenance": Text("维保单位", "maintenance firm"),
    "charging_operator": Text("充电运营商", "charging operator"),
    "police": Text("派出所", "police station"),
    "traffic_police": Text("交警中队", "traffic police"),
    "fire_squad": Text("微型消防站", "fire squad"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault code.

    ``severity`` 1 page now, 2 same shift, 3 digest. ``for_s`` seconds it must be bad and ``looks`` how often, to be
    confirmed. ``respond_by_min`` and ``repair_by_min`` minutes from its opening. ``latch``: how it ends once it
    cleared: ``none`` by itself, ``electrical`` when it was measured dead afterwards, ``acknowledge`` when a person
    has taken it.
    """

    code: str
    kinds: frozenset[AssetKind]
    severity: Literal[1, 2, 3]
    cls: Class
    for_s: float
    department: Department
    respond_by_min: int
    repair_by_min: int
    latch: Latch
    actions: str
    sentence: Text

    @property
    def looks(self) -> int:
        """The bad looks that confirm it."""
        return looks_needed(self.code)

    def first(self, role: Role) -> Text:
        """What to do first."""
        return ACTIONS[self.actions][role]


_HOUR, _DAY = 60, 24 * 60
_Due = tuple[int, int]
_AT_ONCE: _Due = (15, 4 * _HOUR)
_SHIFT: _Due = (2 * _HOUR, _DAY)
_WEEK: _Due = (_DAY, 7 * _DAY)

# code: severity, class, for_s, department, (respond, repair), latch, actions
_Line = tuple[Literal[1, 2, 3], Class, float, Department, _Due, Latch, str]

_ELECTRICAL: _Line = (1, "safety", 0, "electrician", _AT_ONCE, "electrical", "electrical")
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
    "GroundFailure": _ELECTRICAL,
    "OverCurrentFailure": _ELECTRICAL,
    "PowerSwitchFailure": _ELECTRICAL,
    "EmergencyStop": _ELECTRICAL,
    "GroundFault": _ELECTRICAL,
    "OvercurrentFault": _ELECTRICAL,
    "FaultedHighTemperature": (1, "safety", 0, "electrician", _AT_ONCE, "electrical", "heat"),
    "Faulted": _PILE,
    "HighTemperature": (2, "safety", 0, "charging_operator", _SHIFT, "acknowledge", "heat"),
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
    # Any device; the node; the junction
    "driver_error": (3, "function", 300, "maintenance", _WEEK, "none", "node"),
    "silent": (3, "link", 0, "maintenance", _WEEK, "none", "device"),
    "site_dark": (2, "power", 0, "electrician", _SHIFT, "none", "site"),
    "node_storage_replaced": (3, "function", 0, "maintenance", _WEEK, "acknowledge", "node"),
    "unknown_device": (3, "function", 0, "maintenance", _WEEK, "acknowledge", "node"),
}

_OWN_KINDS: dict[str, frozenset[AssetKind]] = {
    "silent": frozenset({"camera", "warning_light", "charge_point", "connector", "contact", "node"}),
    "site_dark": frozenset({"junction", "node"}),
    "node_storage_replaced": frozenset({"node"}),
    "unknown_device": frozenset({"node"}),
}
# A stopped node is missed by more than one device is.
_NODE_SILENT: Literal[2] = 2


def _entry(code: str, line: _Line) -> Entry:
    severity, cls, for_s, department, (respond, repair), latch, actions = line
    kinds = _OWN_KINDS[code] if code in _OWN_KINDS else CODES[code].kinds
    return Entry(code, kinds, severity, cls, for_s, department, respond, repair, latch, actions, SENTENCES[code])


CATALOGUE: dict[str, Entry] = {code: _entry(code, line) for code, line in _TABLE.items()}


def entry(code: str) -> Entry:
    """The row of ``code``; one that is not in the table (a newer node's) is judged as ``unrecognised``."""
    return CATALOGUE.get(code) or CATALOGUE["unrecognised"]


def severity(code: str, kind: AssetKind) -> Literal[1, 2, 3]:
    """The severity of ``code`` at an asset of ``kind``."""
    return _NODE_SILENT if code == "silent" and kind == "node" else entry(code).severity

"""The fault engine: pure, values in and values out. It reads no clock and does no I/O.

``step`` takes what is remembered of a node and one event, and returns what to remember and what it saw. ``judge`` takes
what is remembered of the village and what its nodes saw, and returns what to remember and what is to be listed and
told. The caller keeps the new values only once they are committed.
"""

from gateway.faults.changes import (
    Change,
    Cleared,
    Confirmed,
    Dismissed,
    Ended,
    Fact,
    FaultCleared,
    FaultClosed,
    FaultExplained,
    FaultOpened,
    FaultRooted,
    Filled,
    Flapping,
    Interval,
    Message,
    NodeChange,
    Presence,
    Recovering,
    Relapsed,
    Running,
    StateChanged,
    StrangerSeen,
    Suspected,
    Turn,
    Veiled,
    VillageChange,
)
from gateway.faults.events import Acknowledge, Cancelled, Event, Late, Link, Mains, Noted, Planned, Record, Tick
from gateway.faults.kinds import Cause, Stretch
from gateway.faults.node.engine import next_deadline, step
from gateway.faults.node.memory import DeviceWatch, NodeWatch, Step
from gateway.faults.node.start import leave, start
from gateway.faults.reasons import explain
from gateway.faults.rules import Rules
from gateway.faults.village.cases import GatewayAway, InService, OutOfService, VillageEvent, VillageWatch
from gateway.faults.village.judge import NEVER, in_order, judge, next_village_deadline, tell
from gateway.faults.village.plan import Plan, plan
from gateway.faults.village.start import begin, orphans

__all__ = [
    "NEVER",
    "Acknowledge",
    "Cancelled",
    "Cause",
    "Change",
    "Cleared",
    "Confirmed",
    "DeviceWatch",
    "Dismissed",
    "Ended",
    "Event",
    "Fact",
    "FaultCleared",
    "FaultClosed",
    "FaultExplained",
    "FaultOpened",
    "FaultRooted",
    "Filled",
    "Flapping",
    "GatewayAway",
    "InService",
    "Interval",
    "Late",
    "Link",
    "Mains",
    "Message",
    "NodeChange",
    "NodeWatch",
    "Noted",
    "OutOfService",
    "Plan",
    "Planned",
    "Presence",
    "Record",
    "Recovering",
    "Relapsed",
    "Rules",
    "Running",
    "StateChanged",
    "Step",
    "StrangerSeen",
    "Stretch",
    "Suspected",
    "Tick",
    "Turn",
    "Veiled",
    "VillageChange",
    "VillageEvent",
    "VillageWatch",
    "begin",
    "explain",
    "in_order",
    "judge",
    "leave",
    "next_deadline",
    "next_village_deadline",
    "orphans",
    "plan",
    "start",
    "step",
    "tell",
]

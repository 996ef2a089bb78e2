"""The fault engine: pure, values in and values out. It reads no clock and does no I/O.

``step`` takes what is remembered of a node and one event, and returns what to remember and what changed. The caller
keeps the new value only once it is committed.
"""

from gateway.faults.engine import leave, next_deadline, start, step
from gateway.faults.model import (
    Acknowledge,
    Change,
    DeviceWatch,
    Event,
    FaultCleared,
    FaultClosed,
    FaultOpened,
    Filled,
    Interval,
    Link,
    NodeWatch,
    Noted,
    Record,
    StateChanged,
    Step,
    StrangerSeen,
    Tick,
)
from gateway.faults.rules import Rules

__all__ = [
    "Acknowledge",
    "Change",
    "DeviceWatch",
    "Event",
    "FaultCleared",
    "FaultClosed",
    "FaultOpened",
    "Filled",
    "Interval",
    "Link",
    "NodeWatch",
    "Noted",
    "Record",
    "Rules",
    "StateChanged",
    "Step",
    "StrangerSeen",
    "Tick",
    "leave",
    "next_deadline",
    "start",
    "step",
]

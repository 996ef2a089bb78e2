"""Roles and what each may do; what is not listed here is refused."""

from typing import Literal, get_args

Role = Literal["maintenance", "electrician", "police", "duty_desk", "safety_centre", "admin"]
Action = Literal[
    "look",
    "acknowledge",
    "move",
    "ring",
    "plan",
    "test",
    "command",
    "evidence",
    "audit",
    "users",
    "rules",
    "system",
    "administer",
]
ROLES: tuple[Role, ...] = get_args(Role)

# Whoever takes a fault on; the duty desk does so for people whom it rings.
_HANDS: frozenset[str] = frozenset({"maintenance", "electrician", "duty_desk", "admin"})
MAY: dict[Action, frozenset[str]] = {
    "look": frozenset(ROLES),
    "acknowledge": _HANDS,
    "move": _HANDS,
    # Whoever records what came of a call, in the name of who was rung.
    "ring": frozenset({"duty_desk", "admin"}),
    # Whoever may say that somebody works there, or that a thing does not have to work.
    "plan": frozenset({"maintenance", "electrician", "admin"}),
    # A trial costs a message or a call.
    "test": _HANDS,
    # Whoever stands before the device, or answers for what it watches.
    "command": frozenset({"maintenance", "electrician", "admin"}),
    # Pictures of a public road: for whoever mends the camera, and whoever must say what it saw.
    "evidence": frozenset({"maintenance", "electrician", "police", "admin"}),
    "audit": frozenset({"admin"}),
    "users": frozenset({"admin"}),
    # Trying rules on the journal costs the machine minutes.
    "rules": frozenset({"admin"}),
    # How the system itself does: whoever looks after it, and whoever drives out to its nodes.
    "system": frozenset({"maintenance", "admin"}),
    "administer": frozenset({"admin"}),
}
# These reach over the whole village, so they are for whoever sees all of it.
EVERYWHERE: frozenset[Action] = frozenset({"audit", "users", "rules", "system", "administer"})


def may(role: str, action: Action) -> bool:
    """Whether ``role`` may do ``action``."""
    return role in MAY[action]

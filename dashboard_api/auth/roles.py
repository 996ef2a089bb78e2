"""Roles and what each may do; what is not listed here is refused."""

from typing import Literal, get_args

Role = Literal["maintenance", "electrician", "police", "admin"]
Action = Literal["look", "acknowledge", "move", "plan", "audit"]
ROLES: tuple[Role, ...] = get_args(Role)

MAY: dict[Action, frozenset[str]] = {
    "look": frozenset(ROLES),
    "acknowledge": frozenset({"maintenance", "electrician", "admin"}),
    "move": frozenset({"maintenance", "electrician", "admin"}),
    "audit": frozenset({"admin"}),
    # Whoever may take a fault on may say that somebody works there, or that a thing does not have to work.
    "plan": frozenset({"maintenance", "electrician", "admin"}),
}


def may(role: str, action: Action) -> bool:
    """Whether ``role`` may do ``action``."""
    return role in MAY[action]

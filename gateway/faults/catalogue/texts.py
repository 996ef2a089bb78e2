"""A text in both languages, and the roles it is written for."""

from typing import Literal, NamedTuple, get_args

Department = Literal[
    "electrician",
    "maintenance",
    "charging_operator",
    "police",
    "traffic_police",
    "fire_squad",
    "power_supply",
    "network_operator",
    "village_committee",
    "grid_officer",
    "duty_phone",
]
# Everybody who is told something: the departments, and residents.
Role = Department | Literal["resident"]
DEPARTMENT_ROLES: tuple[Department, ...] = get_args(Department)
ROLES: tuple[Role, ...] = (*DEPARTMENT_ROLES, "resident")


class Text(NamedTuple):
    """One text; ``{name}`` stands for the asset's name."""

    zh: str
    en: str

    def say(self, lang: str, name: str = "") -> str:
        """In ``lang`` (``zh`` or ``en``), the name put in."""
        return (self.en if lang == "en" else self.zh).replace("{name}", name)

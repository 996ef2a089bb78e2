"""What many values of an inventory are made of: ids, names in both languages, labels, public telephone numbers."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from contracts.strict import Strict
from contracts.topics import ID_PATTERN

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=80)]
AssetKind = Literal[
    "camera", "warning_light", "charge_point", "contact", "mirror", "speed_bump", "node", "junction", "feeder", "uplink"
]
DEPENDS_ON = "further parents (ids of devices, nodes, feeders or uplinks); any of them silences this one"
_DIGITS = re.compile(r"\+?\d{3,15}")


def _text(value: object) -> object:
    if isinstance(value, int):
        raise ValueError("was read as a number; put it in quotes: '025-0000 0000'")
    return value


def _number(text: str) -> str:
    if not _DIGITS.fullmatch(re.sub(r"[ -]", "", text)):
        raise ValueError("is no telephone number; write digits such as '025-0000 0000', '400-000-0000' or '12345'")
    return text


# As it is printed: it is shown to everybody, and is an office's and no person's.
Hotline = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=24), AfterValidator(_number)]


class Name(Strict):
    """What people read, in both languages."""

    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=60)

    def text(self, lang: str) -> str:
        """The name in ``lang`` (``zh`` or ``en``)."""
        return self.en if lang == "en" else self.zh

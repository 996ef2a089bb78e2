"""The manifest: which clips there are and what is true of them. All mistakes are told at once, each with its line."""

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from contracts.strict import Strict
from contracts.yamlfile import InputError, InputErrors, validate
from edge.evaluate.footage import Unreadable, check

Fault = Literal[
    "none",
    "black",
    "over_exposed",
    "blur",
    "occluded",
    "moved",
    "noise",
    "snow",
    "cast",
    "stripes",
    "flicker",
    "frozen",
]


class _Entry(Strict):
    path: str = Field(min_length=1)
    fault: Fault
    from_s: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    sample_s: float = Field(default=2.0, gt=0, allow_inf_nan=False)
    reference: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.fault == "none" and self.from_s:
            raise ValueError("a clip of fault `none` has nothing that begins: take `from_s` out")
        if self.reference is not None and (self.fault == "none" or self.from_s):
            raise ValueError("this clip has a clean part to learn from: take `reference` out")
        return self


class _Manifest(Strict):
    clip: list[_Entry] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip. ``name``: its path as the manifest writes it; ``from_s``: when the fault begins, 0 for the whole clip;
    ``line``: where it stands in the manifest.
    """

    name: str
    path: Path
    fault: str
    from_s: float
    sample_s: float
    reference: Path | None
    line: int


def read(file: Path) -> list[Clip]:
    """The clips of a manifest, all of which can be opened. Raises InputErrors with every mistake and its line."""
    try:
        text = file.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise InputErrors([InputError(str(file), 0, "", f"cannot be read: {error}")]) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        at = int(line[1]) if line else len(text.splitlines())
        raise InputErrors([InputError(str(file), at, "", f"not TOML: {error}")]) from error
    lines = _Lines(text)
    try:
        entries = validate(_Manifest, data, str(file)).clip
    except InputErrors as mistakes:
        found = [replace(one, line=lines.of(one.key)) for one in mistakes.errors]
        found += _unreadable(file, data, lines)
        raise InputErrors(sorted(found, key=lambda one: one.line)) from mistakes
    missing = _unreadable(file, data, lines)
    if missing:
        raise InputErrors(missing)
    return [_clip(file, entry, lines.of(f"clip[{number}]")) for number, entry in enumerate(entries)]


def _clip(file: Path, entry: _Entry, line: int) -> Clip:
    reference = None if entry.reference is None else file.parent / entry.reference
    path = file.parent / entry.path
    return Clip(entry.path, path, entry.fault, entry.from_s or 0.0, entry.sample_s, reference, line)


def _unreadable(file: Path, data: dict[str, Any], lines: "_Lines") -> list[InputError]:
    """Every file that is named and cannot be opened, whatever else is wrong."""
    errors = []
    entries = data.get("clip")
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        for key in ("path", "reference"):
            name = entry.get(key) if isinstance(entry, dict) else None
            if not isinstance(name, str) or not name:
                continue
            try:
                check(file.parent / name)
            except Unreadable as error:
                where = f"clip[{number}].{key}"
                errors.append(InputError(str(file), lines.of(where), where, str(error)))
    return errors


class _Lines:
    """Where the keys of a manifest stand: tomllib does not say."""

    _HEAD = re.compile(r"\s*\[\[\s*(?:clip|\"clip\"|'clip')\s*\]\]")
    _KEY = re.compile(r"\s*(?:\"([^\"]+)\"|'([^']+)'|([\w-]+))\s*[.=]")
    _TABLE = re.compile(r"\s*\[+\s*[\"']?([\w-]+)")
    _STEP = re.compile(r"clip\[(\d+)\](?:\.([^.\[]+))?")

    def __init__(self, text: str) -> None:
        self._heads: list[int] = []
        self._keys: dict[tuple[int, str], int] = {}
        inside = -1  # -1: keys of the top level, or of a table that is no clip
        for number, line in enumerate(text.splitlines(), 1):
            if self._HEAD.match(line):
                inside = len(self._heads)
                self._heads.append(number)
            elif table := self._TABLE.match(line):
                inside = -1
                self._keys.setdefault((-1, table[1]), number)
            elif key := self._KEY.match(line):
                self._keys.setdefault((inside, key[1] or key[2] or key[3]), number)

    def of(self, key: str) -> int:
        """The 1-based line of a key such as ``clip[2].fault``; the entry's own where the key is missing."""
        step = self._STEP.match(key)
        if step is None:
            return self._keys.get((-1, key), 1)
        number, name = int(step[1]), step[2]
        if number >= len(self._heads):  # written as one array
            return self._keys.get((-1, "clip"), 1)
        return self._keys.get((number, name or ""), self._heads[number])

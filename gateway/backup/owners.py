"""Owners by name: the same user has another number on another machine, or in the tree of an image."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from gateway.backup.manifest import BackupError, Entry, Folder

Owned = Entry | Folder


@dataclass(frozen=True, slots=True)
class Owners:
    """Who is known below one root. ``needed``: a file whose owner is unknown may not be written."""

    users: dict[str, int]
    groups: dict[str, int]
    needed: bool

    @classmethod
    def of(cls, root: Path) -> "Owners":
        """Those of the tree at ``root``; nobody when not run as root, for then everything is the caller's own."""
        if os.geteuid():
            return cls({}, {}, needed=False)
        etc = root / "etc"
        return cls(_numbers(etc / "passwd"), _numbers(etc / "group"), needed=(etc / "passwd").exists())

    def check(self, owned: Collection[Owned]) -> None:
        """Raises :class:`BackupError` for owners who do not exist here."""
        unknown = {one.owner for one in owned} - self.users.keys() if self.needed else set()
        unknown |= {one.group for one in owned} - self.groups.keys() if self.needed else set()
        if unknown:
            raise BackupError(
                f"names users unknown here: {', '.join(sorted(unknown))}; run scripts/install-gateway first"
            )

    def give(self, place: Path, owned: Owned) -> None:
        """Make ``place`` the owner's."""
        if owned.owner in self.users and owned.group in self.groups:
            os.chown(place, self.users[owned.owner], self.groups[owned.group])


def _numbers(file: Path) -> dict[str, int]:
    if not file.exists():
        return {}
    rows = (line.split(":") for line in file.read_text(encoding="utf-8").splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) > 2 and row[2].isdigit()}

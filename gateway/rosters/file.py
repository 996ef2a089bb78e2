"""A roster's file, and the same out of the store."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from contracts.inventory import Village
from contracts.yamlfile import GENERIC, InputError, InputErrors, describe, line_of, read, validate
from gateway.dispatch import Roster
from gateway.dispatch.roster_checks import mistakes
from gateway.dispatch.words import ChannelKind
from gateway.store import RosterRow


def read_roster(path: Path, village: Village, channels: Mapping[str, ChannelKind]) -> Roster:
    """The roster of ``path``. Raises :class:`InputErrors` with all mistakes, of single values and between them."""
    data = read(path)
    errors = [
        InputError(str(path), line_of(data, place), describe(place), text)
        for place, text in mistakes(data, village, channels)
    ]
    said = {error.key for error in errors}
    roster: Roster | None = None
    try:
        roster = validate(Roster, data, str(path))
    except InputErrors as found:
        errors += [error for error in found.errors if error.key not in said or error.text not in GENERIC]
    if errors or roster is None:
        raise InputErrors(sorted(errors, key=lambda error: (error.line, error.key)))
    return roster


def stored(row: RosterRow | None) -> Roster | None:
    """The roster of a row; None without one. Raises :class:`InputErrors` if this version cannot read it."""
    if row is None:
        return None
    try:
        return Roster.model_validate_json(row.body)
    except ValidationError as error:
        text = f"cannot be read by this version ({error.error_count()} mistakes); load the roster's file again"
        raise InputErrors([InputError(f"roster, version {row.version}", 0, "", text)]) from error


def body(roster: Roster) -> bytes:
    """As it is stored."""
    return roster.model_dump_json(by_alias=True, exclude_none=True).encode()

"""The settings of several villages, all from one file: a worker is given their names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from contracts.inventory import Village, load_inventory
from contracts.settings import VILLAGE, load_settings
from contracts.yamlfile import InputError, InputErrors, load_yaml
from gateway.faults import Rules
from gateway.settings import GatewaySettings, resolved
from gateway.store.ownership import can_be_owned

# What two villages may not share; a heartbeat file of both would stay fresh when one of them stands still.
APART = ("inventory", "database", "embedded_telemetry", "heartbeat")


class Place(Struct, frozen=True):
    """One village with all that its gateway is told."""

    settings: GatewaySettings
    village: Village
    rules: Rules


def place(file: Path, env: Mapping[str, str], name: str | None = None) -> Place:
    """What ``file`` says, of the village ``name`` if it serves several. Raises :class:`InputErrors`."""
    settings = resolved(load_settings(GatewaySettings, file, env, name), file)
    village = load_inventory(settings.inventory)
    if name is not None and village.id != name:
        text = f"is the village {village.id!r}, not {name!r}"
        raise InputErrors([InputError(str(settings.inventory), 0, "id", text)])
    return Place(settings, village, load_yaml(settings.rules, Rules) if settings.rules else Rules())


def places(file: Path, env: Mapping[str, str], names: Sequence[str]) -> list[Place]:
    """The same of all ``names``. Raises :class:`InputErrors` with the mistakes of all."""
    found, errors = [], [InputError(str(file), 0, "", f"--villages names {name!r} twice") for name in _twice(names)]
    for name in names:
        try:
            found.append(place(file, env, name))
        except InputErrors as error:
            errors += [one for one in error.errors if one not in errors]
    errors += [one for one in _mixed(file, found) if one not in errors]
    if errors:
        raise InputErrors(errors)
    return found


def _twice(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _mixed(file: Path, found: Sequence[Place]) -> list[InputError]:
    errors = []
    for key in APART:
        values = [value for one in found if (value := getattr(one.settings, key)) is not None]
        if len(set(values)) < len(values):
            errors.append(InputError(str(file), 0, key, f"is the same for several villages; say {VILLAGE} in it"))
    if any(not can_be_owned(one.settings.database) for one in found):
        text = "several workers need PostgreSQL, which keeps whose a village is: postgresql+psycopg://…"
        errors.append(InputError(str(file), 0, "database", text))
    return errors

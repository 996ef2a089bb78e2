"""Settings of a process: a YAML file, each value overridden by the environment.

``VSM_BROKER__PASSWORD=…`` sets ``broker.password``; ``VSM_BROKER__PASSWORD_FILE=/run/secrets/x`` reads it from a file.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, SecretStr

from contracts.strict import Strict
from contracts.yamlfile import MISSING, InputError, InputErrors, plain, read, validate

M = TypeVar("M", bound=BaseModel)
PREFIX = "VSM_"


class Tls(Strict):
    """Certificates of a TLS connection."""

    ca: Path = Field(description="certificate authority that signed the other side")
    cert: Path | None = Field(default=None, description="own certificate")
    key: Path | None = Field(default=None, description="own key, mode 0600")


class BrokerSettings(Strict):
    """How to reach the MQTT broker."""

    host: str = Field(default="127.0.0.1", min_length=1, description="name or address of the broker")
    port: int = Field(default=1883, ge=1, le=65_535, description="TCP port; 8883 is usual with TLS")
    username: str | None = Field(default=None, description="user name; a node's is its id and is not written here")
    password: SecretStr | None = Field(default=None, description="password of that user")
    tls: Tls | None = Field(default=None, description="none: the connection is not encrypted; for loopback only")
    keepalive_s: int = Field(default=30, ge=5, le=600, description="seconds between signs of life on a quiet line")


VILLAGE = "{village}"


def load_settings(model: type[M], path: Path, env: Mapping[str, str], village: str | None = None) -> M:
    """Settings from ``path``, overridden by the environment ``env``; resolve relative paths with :func:`beside`.

    With ``village`` that name stands wherever a text says ``{village}``: one file serves several.

    Raises :class:`InputErrors` with all mistakes; one of the environment has the variable's name as its file.
    """
    source = read(path)
    data, errors, names = plain(source), [], dict[str, str]()
    for name, value in sorted(env.items()):
        try:
            names[_overlay(data, name, value, model)] = name
        except (OSError, KeyError, TypeError, UnicodeDecodeError) as error:
            errors.append(InputError(name, 0, "", f"cannot be used: {error}"))
    if village is not None:
        data = _named(data, village)
    try:
        settings = validate(model, data, str(path), where=source)
    except InputErrors as found:
        raise InputErrors([*errors, *(_blamed(error, names, source) for error in found.errors)]) from found
    if errors:
        raise InputErrors(errors)
    return settings


def _named(data: Any, village: str) -> Any:
    """``data`` with the village's name put in."""
    match data:
        case str():
            return data.replace(VILLAGE, village)
        case dict():
            return {key: _named(value, village) for key, value in data.items()}
        case list():
            return [_named(value, village) for value in data]
        case _:
            return data


def _blamed(error: InputError, names: Mapping[str, str], source: Any) -> InputError:
    """``error`` at the variable that set its key, when it was not the file; a missing key's says which would set it."""
    for key, name in names.items():
        if key and (key == error.key or (key.startswith(f"{error.key}.") and not _holds(source, error.key))):
            return InputError(name, 0, error.key, error.text)
    if error.text == MISSING:
        variable = PREFIX + error.key.replace(".", "__").upper()
        text = f"{MISSING}; {variable} in the environment sets it too, or {variable}_FILE, a file that holds it"
        return InputError(error.file, error.line, error.key, text)
    return error


def _holds(source: Any, key: str) -> bool:
    """Whether the file itself has ``key``."""
    for step in key.split("."):
        if not isinstance(source, Mapping) or step not in source:
            return False
        source = source[step]
    return True


def _overlay(data: dict[str, Any], name: str, value: str, model: type[BaseModel]) -> str:
    """Put the variable into ``data``; the key that it sets, empty if none."""
    if not name.startswith(PREFIX):
        return ""
    keys = name[len(PREFIX) :].lower().split("__")
    if keys[0] not in model.model_fields and keys[0].removesuffix("_file") in model.model_fields:
        keys[0], value = keys[0].removesuffix("_file"), Path(value).read_text(encoding="utf-8").strip()
    elif keys[-1].endswith("_file") and len(keys) > 1:
        keys[-1], value = keys[-1].removesuffix("_file"), Path(value).read_text(encoding="utf-8").strip()
    if keys[0] not in model.model_fields:
        return ""  # another process's variable, or a secret
    for key in keys[:-1]:
        if not isinstance(data.get(key), dict):
            data[key] = {}
        data = data[key]
    data[keys[-1]] = value
    return ".".join(keys)


def beside(file: Path, value: Path) -> Path:
    """``value`` as written in ``file``: relative paths start at the file's folder."""
    return value if value.is_absolute() else file.parent / value

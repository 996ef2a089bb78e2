"""The channels of a real box: read from a file of people's own, written into gateway.yaml as they stand.

Shape alone is checked here, since this program does without the gateway's libraries: `python -m gateway --check` judges
the values on the box.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.topics import GATEWAY
from contracts.yamlfile import MISSING, InputError, InputErrors, Path_, describe, line_of, plain, read

KINDS = ("wecom", "smtp", "webhook", "sms", "voice", "console", "apprise", "file")
WITHOUT_SECRET = frozenset({"console", "file"})
HEARTBEAT = "heartbeat-url"
LONGEST_NAME = 31
# Also a part of an environment variable's name, where `__` stands between keys.
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_UNKNOWN = "unknown key; check the spelling or take it out"
_SECRETS = ("secret", "secret_file")
_URLS = ("heartbeat_url", "heartbeat_url_file")


@dataclass(frozen=True, slots=True)
class Channels:
    """``settings``: by the channel's name, as in gateway.yaml but without secrets; ``heartbeat_s`` None: not said."""

    settings: dict[str, dict[str, Any]]
    heartbeat_s: float | None = None

    @property
    def secrets(self) -> dict[str, str]:
        """The file of its secret in gateway/secrets, by the name of each channel that has one."""
        return {name: f"channel-{name}" for name, settings in self.settings.items() if _has_secret(settings)}

    def in_settings(self) -> dict[str, Any]:
        """The keys of gateway.yaml."""
        dispatch = {} if self.heartbeat_s is None else {"dispatch": {"heartbeat_s": self.heartbeat_s}}
        return {**dispatch, "channels": self.settings}

    def environment(self, secrets: str, *, heartbeat: bool) -> str:
        """Lines that name the files in the folder ``secrets``; ``heartbeat``: its address has been filled in."""
        files = {f"CHANNELS__{name.upper()}__SECRET": file for name, file in self.secrets.items()}
        if heartbeat:
            files["DISPATCH__HEARTBEAT_URL"] = HEARTBEAT
        return "".join(f"VSM_{key}_FILE={secrets}/{file}\n" for key, file in files.items())


def _has_secret(settings: Mapping[str, Any]) -> bool:
    kind = settings["kind"]
    return kind not in WITHOUT_SECRET and (kind != "smtp" or "username" in settings)


def read_channels(file: Path) -> Channels:
    """The file of ``--channels``; raises :class:`InputErrors` with all mistakes of its shape."""
    data = read(file)
    wrong = [InputError(str(file), line_of(data, path), describe(path), text) for path, text in _mistakes(data)]
    if wrong:
        raise InputErrors(wrong)
    found = plain(data)
    return Channels(found["channels"], found.get("dispatch", {}).get("heartbeat_s"))


Mistakes = Iterator[tuple[Path_, str]]


def _mistakes(data: Mapping[str, Any]) -> Mistakes:
    yield from (((key,), _UNKNOWN) for key in data if key not in ("channels", "dispatch"))
    yield from _dispatch(data.get("dispatch", {}))
    channels = data.get("channels")
    if "channels" not in data:
        yield ("channels",), f"{MISSING}; `channels: {{}}` for none"
    elif not isinstance(channels, Mapping):
        yield ("channels",), "must be a mapping of names to settings; `channels: {}` for none"
    else:
        for name, settings in channels.items():
            yield from _channel(name, settings)


def _dispatch(found: Any) -> Mistakes:
    if not isinstance(found, Mapping):
        yield ("dispatch",), "must be a mapping; its one key is heartbeat_s"
        return
    for key, value in found.items():
        if key in _URLS:
            yield ("dispatch", key), f"a secret: {_instead(HEARTBEAT)}"
        elif key != "heartbeat_s":
            yield ("dispatch", key), _UNKNOWN
        elif isinstance(value, bool) or not isinstance(value, int | float):
            yield ("dispatch", key), "must be a number of seconds"


def _channel(name: Any, settings: Any) -> Mistakes:
    here: Path_ = ("channels", name)
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        yield (
            here,
            (
                "a channel's name has small letters, digits and single underscores between them, "
                f"begins with a letter, and has {LONGEST_NAME} characters at most"
            ),
        )
    if not isinstance(settings, Mapping):
        yield here, "must be a mapping with a `kind`; docs/channels.md has the keys of each"
        return
    if settings.get("kind") not in KINDS:
        yield (*here, "kind"), f"{'must be one of' if 'kind' in settings else MISSING + ':'} {', '.join(KINDS)}"
    yield from (((*here, key), _instead(f"channel-{name}")) for key in _SECRETS if key in settings)
    yield from _strange(settings, here)


def _instead(file: str) -> str:
    return f"write it into the file secrets/{file} that generate makes, not here"


def _strange(value: Any, here: Path_) -> Mistakes:
    """What YAML reads as more than words and numbers, such as a date."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strange(item, (*here, key))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from _strange(item, (*here, n))
    elif not isinstance(value, str | int | float | None):
        yield here, "neither words nor a number; put it in quotes"


def holds_channels(site: Path) -> bool:
    """Whether the folder that was generated before has channels."""
    file = site / GATEWAY / "gateway.yaml"
    return file.exists() and "\nchannels:\n" in file.read_text(encoding="utf-8")

"""docker-compose.yml and Dockerfile as their tools read them: variables filled in, steps in order."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

VARIABLE = re.compile(r"\$\$|\$\{(?P<name>[A-Z0-9_]+)(?P<or_stop>:\?[^}]*)?\}|\$(?P<bare>[A-Za-z_]+)")


def read(file: Path, env: Mapping[str, str]) -> Any:
    """The file with its variables from ``env``; KeyError for one that is missing or empty, as compose would refuse."""

    def filled(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        if not env.get(found["name"] or found["bare"]):
            raise KeyError(found[0])
        return env[found["name"] or found["bare"]]

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        return VARIABLE.sub(filled, value) if isinstance(value, str) else value

    return walk(YAML(typ="safe").load(file))


def read_env(file: Path) -> dict[str, str]:
    """An environment file of compose."""
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {name: "".join(shlex.split(value)) for name, _, value in (line.partition("=") for line in lines)}


@dataclass
class Stage:
    """What a Dockerfile says of one stage, what it stands on included."""

    image: str
    env: dict[str, str] = field(default_factory=dict)
    copies: list[list[str]] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    user: str = ""
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: Any = None


def stages(file: Path) -> dict[str, Stage]:
    """Every stage by its name."""
    text = re.sub(r"\\\n\s*", "", file.read_text(encoding="utf-8"))
    found: dict[str, Stage] = {}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            old = found.get(base)
            found[name] = Stage(old.image, dict(old.env), user=old.user) if old else Stage(base)
        elif word and not word.startswith("#"):
            _take(found[name], word, rest)
    return found


def _take(stage: Stage, word: str, rest: str) -> None:
    match word:
        case "ENV":
            stage.env |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        case "COPY":
            stage.copies.append(rest.split())
        case "RUN":
            stage.runs.append(rest)
        case "USER":
            stage.user = rest
        case "ENTRYPOINT":
            stage.entrypoint = json.loads(rest)
        case "CMD":
            stage.command = json.loads(rest)
        case "HEALTHCHECK":
            asked = rest.partition("CMD ")[2]
            stage.health = json.loads(asked) if asked.startswith("[") else ["/bin/sh", "-c", asked]
        case "WORKDIR" | "EXPOSE":
            pass
        case _:
            raise ValueError(word)

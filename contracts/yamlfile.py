"""YAML into a pydantic model, with every mistake reported at once as ``file:line: key: what is wrong``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class InputError:
    """One mistake: where (``line`` 1-based, 0 = not in the file) and what. ``kind``: the same for programs that say it
    in another language, as pydantic names it, with its ``limit`` where there is one."""

    file: str
    line: int
    key: str
    text: str
    kind: str = ""
    limit: float | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key or '(top level)'}: {self.text}"


class InputErrors(ValueError):
    """All mistakes of one file."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


def read(path: Path) -> CommentedMap:
    """The YAML mapping of a file with its line numbers; raises :class:`InputErrors`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputErrors([InputError(str(path), 0, "", f"cannot be read: {error}")]) from error
    return parse(text, str(path))


def parse(text: str, file: str) -> CommentedMap:
    """The same of a file's text; ``file``: what it is called in mistakes."""
    try:
        data = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise InputErrors([InputError(file, line, "", f"not YAML: {error.problem}", "yaml")]) from error
    except YAMLError as error:  # a character that no YAML may hold
        raise InputErrors([InputError(file, 0, "", f"not YAML: {error}", "yaml")]) from error
    if not isinstance(data, CommentedMap):
        raise InputErrors([InputError(file, 1, "", "the file must be a mapping of keys", "mapping")])
    return data


def line_of(data: Any, path: Path_) -> int:
    """The 1-based line where ``path`` stands in ``data``; the nearest parent's line when the key itself is missing."""
    line, here = 1, data
    for step in path:
        try:
            if isinstance(here, CommentedMap):
                line = here.lc.key(step)[0] + 1
            elif isinstance(here, CommentedSeq):
                line = here.lc.item(step)[0] + 1
            here = here[step]
        except (KeyError, IndexError, TypeError):
            continue  # a union's tag, or a missing key: keep the parent's line
    return line


def describe(path: Path_) -> str:
    """``('grids', 0, 'id')`` -> ``grids[0].id``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def plain(data: Any) -> Any:
    """``data`` as ordinary dicts and lists, so that strict models see no library types."""
    if isinstance(data, Mapping):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return data


def validate(model: type[M], data: Any, file: str, where: Any = None) -> M:
    """``data`` as ``model``; ``where`` is the line-numbered source when it differs.

    Raises :class:`InputErrors` with all mistakes.
    """
    source = data if where is None else where
    try:
        return model.model_validate(plain(data))
    except ValidationError as error:
        raise InputErrors([_from_pydantic(item, source, file) for item in error.errors() if not _echo(item)]) from error


def load_yaml(path: Path, model: type[M]) -> M:
    """The file as ``model``; raises :class:`InputErrors` with all mistakes at once."""
    return validate(model, read(path), str(path))


def _echo(item: Any) -> bool:
    """A list called too short only because its items were refused: those are reported themselves."""
    return bool(item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"])


MISSING = "this key is required and missing"
_HINTS = {
    "extra_forbidden": "unknown key; check the spelling or take it out",
    "missing": MISSING,
    "union_tag_not_found": "the key `kind`, which says what this is, is missing",
}
GENERIC = frozenset(_HINTS.values())


def _from_pydantic(item: Any, source: Any, file: str) -> InputError:
    path = _drop_tags(item["loc"], source)
    text = _HINTS.get(item["type"], item["msg"].removeprefix("Value error, "))
    return InputError(file, line_of(source, path), describe(path), text, item["type"], _limit(item))


def _limit(item: Any) -> float | None:
    """What a number must not be above or below, where it is."""
    bounds = (item.get("ctx", {}).get(name) for name in ("ge", "gt", "le", "lt"))
    return next((bound for bound in bounds if isinstance(bound, int | float)), None)


# The names pydantic puts into an error's place for the branch of a union; never a key of a file.
TAGS = frozenset({"camera", "warning_light", "charge_point", "contact"})
# And behind a key of a mapping when the key itself is wrong.
KEY = "[key]"


def _drop_tags(loc: Path_, source: Any) -> Path_:
    """The error's place without union tags."""
    path: list[str | int] = []
    here = source
    for step in loc:
        inside = isinstance(here, Mapping) and step in here
        inside = inside or (isinstance(here, list) and isinstance(step, int) and step < len(here))
        if inside:
            here = here[step]
        elif step in TAGS or step == KEY or (isinstance(here, Mapping) and here.get("kind") == step):
            continue
        path.append(step)
    return tuple(path)

"""The pages' texts: strings/SUBJECT.LANGUAGE.toml. A key that a language lacks is an error; a test finds it first."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
HTML_LANG: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}
HERE = Path(__file__).parent


@cache
def strings(lang: Lang) -> Mapping[str, str]:
    """``section.key`` -> text. A section stands in one file only."""
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(HERE.glob(f"strings/*.{lang}.toml"))]
    return {f"{name}.{key}": text for table in tables for name, keys in table.items() for key, text in keys.items()}


def say(lang: Lang, key: str, **values: object) -> str:
    """One text, ``{name}`` replaced by its value; raises KeyError for a key that is missing."""
    return strings(lang)[key].format_map(values)


def person(lang: Lang, account: str) -> str:
    """``maintenance-2`` in words; any other name as it is."""
    role, _, number = account.rpartition("-")
    known = strings(lang).get(f"role.{role}")
    return f"{known} {number}" if known else account

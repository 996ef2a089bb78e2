import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from contracts.states import STATES, WORDS
from dashboard_api.auth.roles import ROLES
from dashboard_api.calls import OUTCOMES
from dashboard_api.web.rules.form import GROUPS
from dashboard_api.web.texts import HERE, LANGS, person, say, strings
from gateway.faults import Rules
from gateway.faults.kinds import MessageKind
from gateway.faults.order import PERSON_MOVES
from gateway.replay.export import Exported
from gateway.store.rows import MoveKind

USED = re.compile(r"""\bt\(\s*"([a-z0-9_.]+)"|\bsay\(lang, "([a-z0-9_.]+)\"""")
FIELDS = re.compile(r"\{(\w+)\}")


def sources() -> list[Path]:
    return [*HERE.rglob("*.html"), *HERE.rglob("*.py")]


def test_both_languages_have_the_same_keys() -> None:
    assert set(strings("zh")) == set(strings("en"))


def test_a_section_stands_in_one_file_only() -> None:
    for lang in LANGS:
        sections = [
            name for file in HERE.glob(f"strings/*.{lang}.toml") for name in tomllib.loads(file.read_text("utf-8"))
        ]
        assert len(sections) == len(set(sections)) > 10


@pytest.mark.parametrize("key", sorted(strings("zh")))
def test_both_languages_fill_in_the_same_things(key: str) -> None:
    assert set(FIELDS.findall(strings("zh")[key])) == set(FIELDS.findall(strings("en")[key]))


def test_every_key_that_is_used_is_there() -> None:
    used = {a or b for path in sources() for a, b in USED.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 40
    assert used <= set(strings("zh"))


def test_every_state_word_and_role_has_its_text() -> None:
    wanted = {*(f"state.{state}" for state in STATES), *(f"word.{word}" for word in WORDS)}
    assert wanted | {f"role.{role}" for role in ROLES} <= set(strings("en"))


def test_every_message_and_every_move_has_its_text() -> None:
    wanted = {f"told.{kind}" for kind in get_args(MessageKind)} | {f"move.{move}" for move in get_args(MoveKind)}
    assert len(wanted) == 23
    assert wanted <= set(strings("en"))


def test_english_has_no_chinese_in_it() -> None:
    left = {key for key, text in strings("en").items() if re.search(r"[一-鿿]", text)}
    assert left == {"page.other_lang"}


def test_a_missing_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("zh", "page.nothing")


def test_an_account_is_named_by_its_role() -> None:
    assert person("zh", "maintenance-2") == "维修人员 2"
    assert person("en", "somebody") == "somebody"


def test_every_value_of_the_rules_and_every_code_has_its_words() -> None:
    wanted = {f"rules_field.{name}" for name in Rules.model_fields.keys() - {"for_s", "dispatch"}}
    grouped = {name for names in GROUPS.values() for name in names}
    assert {f"rules_field.{name}" for name in grouped} == wanted
    assert wanted | {f"trial.kind_{kind}" for kind in get_args(MessageKind)} <= set(strings("en"))
    assert {f"trial.left_{what}" for what in Exported._fields} <= set(strings("en"))


def test_every_deed_of_a_work_order_has_a_sentence() -> None:
    deeds = {*PERSON_MOVES, "acknowledge", "planned", "cancel", "out_of_service", "in_service"}
    deeds |= {f"call_{outcome}" for outcome in OUTCOMES}
    assert {f"deed.{deed}" for deed in deeds} <= set(strings("en"))

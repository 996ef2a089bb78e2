"""Every code, for every role, in both languages, of every kind: what holds for all letters."""

import re
from collections.abc import Iterator

import pytest

from gateway.dispatch.phrases import HEADS, STATES
from gateway.dispatch.sentences import write
from gateway.dispatch.subject import Subject, Words
from gateway.dispatch.templates import LONGEST, TEMPLATES
from gateway.dispatch.words import Lang
from gateway.faults import Fact
from gateway.faults.catalogue import CATALOGUE, entry
from gateway.faults.catalogue.short import SHORT
from gateway.faults.catalogue.texts import ROLES, Role
from tests.unit.gateway.dispatch.conftest import HOUR, KINDS, LANGS, NOW, name, reader, subject

# As long as links get: https, a long name, and a token.
LINK = "https://" + "a" * 40 + "/a/" + "b" * 150
# Kinds that tell somebody to go and do something.
ORDERS = frozenset({"problem", "reminder", "flapping", "flapping_end"})
MEASURE = re.compile(r"\bmeasure\b|\bprove it dead\b|测量|验电")
VARIABLE = re.compile(rf"[^\W_]([^\W_]| ){{0,{LONGEST - 1}}}")
# Names as long as an inventory may have them, without a Latin letter.
LONG = name("长" * 40, "Long name of sixty characters " + "x" * 30)
FACTS = (
    Fact("feeder_dark", {"feeder": "f-1", "dark": 3, "sites": 5, "sensed": 1}),
    Fact("link_lost", {"at_ms": NOW, "last_ms": NOW - HOUR}),
    Fact("bad_for", {"since_ms": NOW, "for_s": 90.0, "looks": 3}),
)


def letters(lang: Lang) -> Iterator[tuple[Subject, Role, Words]]:
    for code, row in CATALOGUE.items():
        for kind in KINDS:
            usual = {"kind": kind, "codes": (code,), "severity": row.severity, "asset_kind": min(row.kinds)}
            names = {"name": LONG, "place": LONG, "grid": name("格" * 40, "Grid"), "names": {"f-1": LONG}}
            times = {"told_ms": NOW - HOUR, "told": (LONG, LONG), "cause": LONG, "state": "down"}
            ended = {"ended_ms": NOW} if kind == "recovery" else {}
            one = subject(**usual, **names, **times, **ended, facts=FACTS)
            for role in ROLES:
                yield one, role, write(one, reader(lang, role), LINK, None)


def first(words: Words) -> str:
    """The line that says what to do."""
    return next((line for line in words.text.splitlines() if line.startswith(("先做：", "First: "))), "")


def test_all_are_whole_and_short(lang: Lang) -> None:
    for one, role, words in letters(lang):
        said = (one.codes, one.kind, role, words.text)
        assert not re.search(r"[{}]", words.text + words.title), said
        assert all(line.strip() for line in words.text.splitlines()), said
        assert len(words.text.encode()) <= 2048, said


def test_chinese_letters_have_no_code_word_and_at_most_600_characters_with_the_longest_names() -> None:
    for one, role, words in letters("zh"):
        body = [line for line in words.text.splitlines()[:-1] if LINK not in line]
        assert not re.search("[A-Za-z]{2}", "".join(body)), (one.codes, one.kind, role, body)
        assert len("".join(body)) <= 600, (one.codes, one.kind, role, len("".join(body)))


def test_with_ordinary_names_chinese_letters_have_at_most_300_characters() -> None:
    for code, row in CATALOGUE.items():
        for role in ROLES:
            one = subject(
                codes=(code,), severity=row.severity, facts=FACTS, names={"f-1": name("东台区", "East feeder")}
            )
            assert len(write(one, reader("zh", role), None, "值班室 0571-12345678").text) <= 300, (code, role)


def test_where_people_may_be_hurt_119_is_never_left_out(lang: Lang) -> None:
    found = 0
    for one, role, words in letters(lang):
        if one.kind in ORDERS and entry(one.codes[0]).cls == "safety":
            assert "119" in first(words), (one.codes, one.kind, role)
            found += 1
    assert found > 500


def test_only_an_electrician_is_told_to_measure(lang: Lang) -> None:
    told = set()
    for one, role, words in letters(lang):
        if MEASURE.search(first(words)):
            assert role == "electrician", (one.codes, one.kind, role, first(words))
            told.add(one.codes)
    assert ("GroundFailure",) in told


def test_each_role_is_given_its_own_first_step(lang: Lang) -> None:
    for one, role, words in letters(lang):
        if one.kind in ORDERS:
            assert entry(one.codes[0]).first(role).say(lang) in words.text, (one.codes, one.kind, role)


def test_every_variable_is_short_and_can_be_spoken(lang: Lang) -> None:
    for one, role, words in letters(lang):
        assert tuple(words.variables) == TEMPLATES[words.template].variables
        for key, value in words.variables.items():
            assert VARIABLE.fullmatch(value), (one.codes, one.kind, role, key, value)


@pytest.mark.parametrize("bad", ["", "a" * 21, "21:15", "a\nb", "F-2026", "a_b", "https://"])
def test_what_no_variable_may_be(bad: str) -> None:
    assert not VARIABLE.fullmatch(bad)


def test_every_code_has_its_few_words() -> None:
    assert SHORT.keys() == CATALOGUE.keys()
    assert not [text for text in SHORT.values() for one in text if not VARIABLE.fullmatch(one)]
    assert not [text.zh for text in SHORT.values() if re.search("[A-Za-z]", text.zh)]


@pytest.mark.parametrize("name_", TEMPLATES)
def test_a_template_uses_all_its_variables_and_no_other(name_: str) -> None:
    template = TEMPLATES[name_]
    for text in template.text:
        assert set(re.findall(r"{(\w+)}", text)) == set(template.variables)
        assert not re.search(r"https?:|\n", text)


def test_what_is_sent_where_people_may_be_hurt_says_119() -> None:
    for name_ in ("fault_urgent", "reminder", "summary"):
        assert all("119" in text for text in TEMPLATES[name_].text)
    for code, row in CATALOGUE.items():
        words = write(subject(codes=(code,), severity=row.severity), reader(), None, None)
        assert words.template == ("fault_urgent" if row.cls == "safety" else "fault"), code


def test_there_are_words_for_every_kind_and_state() -> None:
    assert {"problem.1", "problem.2", "problem.3"} <= HEADS.keys()
    assert {kind for kind in KINDS if kind != "problem"} <= HEADS.keys()
    assert len(STATES) == len({text for lang in LANGS for text in [state.say(lang) for state in STATES.values()]}) / 2

"""Why a fault is one, said as one would say it to a village electrician."""

import ast
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from gateway import faults
from gateway.faults import Fact
from gateway.faults.reasons import FACTS, sentence

ROOT = Path(__file__).resolve().parents[3]
# 26 November 2026, 06:10 in Shanghai.
T = 1_795_644_600_000
MINUTE = 60_000
# What the village's judgement says, with the values that go with each key.
EMITTED: dict[str, dict[str, str | int | float]] = {
    "bad_for": {"since_ms": T, "for_s": 90.0, "looks": 3},
    "at_once": {"since_ms": T},
    "link_lost": {"at_ms": T, "last_ms": T - MINUTE},
    "stopped": {"at_ms": T},
    "no_record": {"since_ms": T},
    "not_heard": {"since_ms": T},
    "late": {},
    "mains_said": {"by": "mains-01", "at_ms": T},
    "sense_quiet": {"by": "mains-01"},
    "no_sense": {},
    "ran": {"since_ms": T},
    "feeder_dark": {"feeder": "f-1", "dark": 3, "sites": 5, "sensed": 0},
    "feeder_ok": {"feeder": "f-1", "dark": 1, "sites": 5},
    "uplink_dark": {"uplink": "u-1", "dark": 7, "sites": 7},
    "uplink_ok": {"uplink": "u-1", "dark": 1, "sites": 7},
    "village_dark": {"dark": 14, "sites": 14},
    "village_ok": {"dark": 1, "sites": 14},
    "gateway_away": {"from_ms": T, "to_ms": T + 4 * MINUTE},
    "gateway_ok": {},
    "weather_ok": {"cameras": 1, "fresh": 20},
    "weather": {"cameras": 8, "fresh": 20, "at_ms": T},
    "road": {"other": "cam-02", "minutes": 10},
    "road_ok": {"road": "east-road"},
    "parent": {"asset": "n-01"},
    "parents_ok": {},
    "grace": {"asset": "n-01"},
    "intermittent": {"code": "unreachable", "times": 4},
    "planned": {"until_ms": T},
    "twin": {"nodes": 2},
}
# The same keys with figures that are said in other words.
OTHERWISE = [
    Fact("bad_for", {"since_ms": T, "for_s": 0.0, "looks": 2}),
    Fact("feeder_dark", {"feeder": "f-1", "dark": 3, "sites": 5, "sensed": 1}),
    Fact("feeder_ok", {"feeder": "f-1", "dark": 1, "sites": 1}),
    Fact("uplink_ok", {"uplink": "u-1", "dark": 1, "sites": 1}),
    Fact("weather_ok", {"cameras": 0, "fresh": 20}),
    Fact("road", {"other": "cam-02", "minutes": 0}),
]
SAID = [Fact(key, values) for key, values in EMITTED.items()] + OTHERWISE
NAMES = {
    "j-01": "小学门口",
    "f-1": "老街台区",
    "u-1": "电信光纤",
    "cam-01": "桥头摄像头",
    "cam-02": "河边摄像头",
    "mains-01": "小学市电触点",
    "east-road": "东街",
}


class Case(Struct, frozen=True):
    asset: str
    code: str
    facts: tuple[Fact, ...]
    root: str | None = None
    opened_ms: int = T


def zh(*case: object) -> list[str]:
    return faults.explain(Case(*case), "zh", lambda asset: NAMES.get(asset, asset))  # type: ignore[arg-type]  # as given


def en(*case: object) -> list[str]:
    return faults.explain(Case(*case), "en")  # type: ignore[arg-type]  # as given


def test_every_key_that_is_said_has_words_and_no_words_are_left_over() -> None:
    assert {key.partition(".")[0] for key in FACTS} == EMITTED.keys()
    assert sum("." in key for key in FACTS) == len(OTHERWISE)


def test_every_key_that_stands_in_the_judgement_has_words() -> None:
    calls = [
        node
        for file in (ROOT / "gateway" / "faults").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fact" and node.args
    ]
    firsts = [node.args[0].body if isinstance(node.args[0], ast.IfExp) else node.args[0] for node in calls]
    named = {first.value for first in firsts if isinstance(first, ast.Constant)}
    assert {"bad_for", "link_lost", "village_dark"} <= named
    assert named <= FACTS.keys()


@pytest.mark.parametrize("fact", SAID, ids=lambda fact: fact.key)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_fact_is_a_sentence_that_takes_its_figures(fact: Fact, lang: str) -> None:
    said = sentence(fact, lang)
    assert said.endswith("." if lang == "en" else "。")
    assert "{" not in said
    assert not said.startswith(("Also: ", "其他依据："))
    if "since_ms" in fact.values:
        assert ("26 Nov 06:10" if lang == "en" else "11月26日 06:10") in said


@pytest.mark.parametrize("fact", SAID, ids=lambda fact: fact.key)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_figure_of_a_fact_is_in_its_sentence(fact: Fact, lang: str) -> None:
    for key, value in fact.values.items():
        # A count of one, or of nobody, may have words of its own instead of the figure.
        if (key, value) in {
            ("sites", 1),
            ("dark", 1),
            ("cameras", 0),
            ("minutes", 0),
            ("for_s", 0.0),
            ("sensed", 1),
            ("sensed", 0),
        }:
            continue
        other = "black" if isinstance(value, str) else value + 2 * MINUTE
        assert sentence(Fact(fact.key, {**fact.values, key: other}), lang) != sentence(fact, lang), key


def test_no_two_facts_read_alike() -> None:
    for lang in ("zh", "en"):
        told = sorted(sentence(fact, lang) for fact in SAID)
        assert all(one != other for one, other in pairwise(told))


def test_a_dark_site_in_chinese() -> None:
    facts = (
        Fact("link_lost", {"at_ms": T + MINUTE, "last_ms": T}),
        Fact("no_sense"),
        Fact("feeder_ok", EMITTED["feeder_ok"]),
        Fact("uplink_ok", EMITTED["uplink_ok"]),
        Fact("gateway_ok"),
    )
    assert zh("j-01", "site_dark", facts) == [
        "小学门口全部失联：停电或通信中断，从 11月26日 06:10 开始。",
        "最后一次有消息是 11月26日 06:10；11月26日 06:11 连接断开，之后再没有消息。",
        "这里没有市电监测，分不清是停电还是通信中断。",
        "不像是台区停电：老街台区的 5 个路口中只有 1 个失联。",
        "不像是运营商线路：用电信光纤的 7 个路口中只有 1 个失联。",
        "不是网关的问题：网关一直在工作。",
    ]


def test_a_dark_site_in_english() -> None:
    facts = (Fact("link_lost", {"at_ms": T + MINUTE, "last_ms": T}), Fact("no_sense"), Fact("gateway_ok"))
    assert en("School gate", "site_dark", facts) == [
        "School gate is silent as a whole: power or link, since 26 Nov 06:10.",
        "Its last word came at 26 Nov 06:10; at 26 Nov 06:11 its connection was lost, and nothing has come since.",
        "Nothing watches the mains here, so it may be the power or the line.",
        "It is not the gateway: that was working all the time.",
    ]


def test_a_feeder_in_both_languages() -> None:
    facts = (
        Fact("feeder_dark", {"feeder": "f-1", "dark": 3, "sites": 5, "sensed": 1}),
        Fact("mains_said", EMITTED["mains_said"]),
        Fact("village_ok", {"dark": 3, "sites": 14}),
    )
    assert zh("f-1", "feeder_down", facts) == [
        "老街台区像是停电：多个路口同时失联，从 11月26日 06:10 开始。",
        "老街台区的 5 个路口中有 3 个几乎同时失联，其中有路口报告市电中断：是台区停电。",
        "小学市电触点在 11月26日 06:10 报告市电中断。",
        "不是全村的问题：14 个路口中只有 3 个失联。",
    ]
    assert en("Old street feeder", "feeder_down", facts)[1:] == [
        sentence(facts[0], "en"),
        "mains-01 said at 26 Nov 06:10 that the mains was lost.",
        "It is not the whole village: only 3 of its 14 junctions fell silent.",
    ]


def test_what_is_sure_of_a_feeder_and_what_is_not() -> None:
    sure, guessed = (sentence(Fact("feeder_dark", {**EMITTED["feeder_dark"], "sensed": n}), "en") for n in (1, 0))
    assert sure.endswith("one of them said that its mains was lost: it is a power cut of the feeder.")
    assert guessed.endswith("probably a power cut of the feeder, which no mains sense has confirmed.")


def test_all_of_them_are_called_all() -> None:
    fact = Fact("village_dark", EMITTED["village_dark"])
    assert (sentence(fact, "zh"), sentence(fact, "en")) == (
        "全村的全部 14 个路口失联。",
        "All 14 junctions of the village are silent.",
    )


def test_a_covered_camera_in_both_languages() -> None:
    facts = (
        Fact("bad_for", {"since_ms": T, "for_s": 600.0, "looks": 3}),
        Fact("road_ok", {"road": "east-road"}),
        Fact("parents_ok"),
    )
    assert zh("cam-01", "occluded", facts) == [
        "桥头摄像头镜头被遮挡，从 11月26日 06:10 开始。",
        "从 11月26日 06:10 起一直如此，已持续至少 10 分钟，连续 3 次检查结果相同。",
        "东街上没有别的摄像头在前后被遮挡或转动。",
        "它的节点、供电和通信都没有故障，问题在它自己。",
    ]
    assert en("Bridge camera", "occluded", facts) == [
        "Bridge camera is covered, since 26 Nov 06:10.",
        "It has been so since 26 Nov 06:10: for at least 10 min, and in 3 looks in a row.",
        "No other camera of east-road was covered or turned at about the same time.",
        "Nothing that it hangs on has failed: the trouble is its own.",
    ]


def test_an_intermittent_fault_in_both_languages() -> None:
    facts = (Fact("intermittent", EMITTED["intermittent"]),)
    assert zh("cam-01", "intermittent", facts) == [
        "桥头摄像头反复出现同一故障，时好时坏，从 11月26日 06:10 开始。",
        "同一故障（连接不上）反复出现，已经 4 次，每次都自行恢复。",
    ]
    assert en("Bridge camera", "intermittent", facts) == [
        "Bridge camera has the same fault again and again, since 26 Nov 06:10.",
        "The same fault (it cannot be reached) came 4 times, and went away by itself each time.",
    ]


def test_what_belongs_to_a_cause_says_so_once() -> None:
    assert zh("cam-01", "occluded", (), "east-road")[-1] == "原因在东街，随它一起处理，不另行通知。"
    assert zh("cam-01", "blur", (), "weather")[-1] == "原因是天气，不另行通知。"
    assert en("cam-01", "unreachable", (Fact("parent", {"asset": "n-01"}),), "n-01")[1:] == [
        "It is a part of what is wrong with n-01."
    ]


def test_a_key_of_a_newer_program_is_said_as_it_came() -> None:
    fact = Fact("moonlight", {"phase": "full", "share": 0.5})
    assert sentence(fact, "zh") == "其他依据：moonlight（phase=full，share=0.5）。"
    assert sentence(fact, "en") == "Also: moonlight (phase=full, share=0.5)."
    assert sentence(Fact("moonlight"), "en") == "Also: moonlight."


@pytest.mark.parametrize(
    "values",
    [{}, {"since_ms": "dawn"}, {"since_ms": 10**30}, {"since_ms": 67768036191676800000}, {"since_ms": float("inf")}],
)
def test_figures_that_do_not_fit_are_said_as_they_came(values: dict[str, str | int | float]) -> None:
    assert sentence(Fact("at_once", values), "en").startswith("Also: at_once")


@given(
    st.sampled_from([*EMITTED, "bad", ""]),
    st.dictionaries(st.sampled_from(["since_ms", "at_ms", "for_s", "by"]), st.text() | st.integers() | st.floats()),
)
def test_nothing_that_is_said_breaks_it(key: str, values: dict[str, str | int | float]) -> None:
    for lang in ("zh", "en"):
        assert sentence(Fact(key, values), lang)

"""Several things in one letter."""

from gateway.dispatch.digests import digest, summary
from gateway.dispatch.subject import Subject
from gateway.faults import Fact
from tests.unit.gateway.dispatch.conftest import HOUR, LANGS, MINUTE, NOW, name, reader, subject

RING = "值班室 0571-0000"
GATE = name("村口", "Gate")
# 07:30 on the next morning.
MORNING = NOW + 10 * HOUR + 15 * MINUTE


def camera(**more: object) -> Subject:
    usual = {"asset_kind": "camera", "name": name("村口摄像头", "Gate camera"), "codes": ("blur",), "severity": 3}
    return subject(**usual | {"place": GATE, "grid": None} | more)


def test_a_digest_tells_what_came_and_went_place_by_place() -> None:
    items = [
        camera(),
        subject(severity=3, codes=("WeakSignal",), ended_ms=NOW),
        camera(codes=("noise",), ended_ms=NOW + HOUR),
        camera(codes=("snow",), facts=(Fact("late"),), since_ms=NOW - 40 * HOUR, ended_ms=NOW - 39 * HOUR),
    ]
    assert digest(items, reader(now_ms=MORNING), RING).text.splitlines() == [
        "【每日汇总】今天 07:30：4 条，1 条未恢复",
        "村口：",
        "· 事后得知：村口摄像头画面有雪花，11月24日 05:15 至 06:15",
        "· 村口摄像头画面模糊，昨天 21:09 起，未恢复",
        "· 村口摄像头画面噪点过多，昨天 21:09 至 22:15，已恢复",
        "村口广场（东网格）：",
        "· 二号充电桩通信信号弱，昨天 21:09 至 21:15，已恢复",
        f"全部情况请致电 {RING}。",
    ]


def test_its_variables_count() -> None:
    words = digest([camera(), camera(), subject(ended_ms=NOW)], reader(), None)
    assert (words.template, words.variables) == ("digest", {"count": "3", "open": "2", "where": "村口"})


def test_a_long_digest_says_how_many_it_leaves_out() -> None:
    text = digest([camera(since_ms=NOW - n * MINUTE) for n in range(200)], reader(), None, "https://v.example").text
    lines = text.splitlines()
    told = sum(line.startswith("·") for line in lines)
    assert lines[-2:] == [f"另有 {200 - told} 条", "全部见 https://v.example"]
    assert 1000 < len(text.encode()) < 2048


def test_a_summary_counts_by_kind_and_place_the_most_severe_first() -> None:
    storm = [camera(severity=2, codes=("unreachable",)) for _ in range(5)]
    storm += [
        subject(),
        camera(kind="recovery", codes=("frozen",), severity=2),
        subject(severity=2, codes=("offline",)),
    ]
    words = summary(storm, reader(), RING)
    assert words.text.splitlines() == [
        "【汇总】8 条通知合为一条",
        "紧急 1 条：村口广场漏电 1",
        "故障 6 条：村口连接不上 5；村口广场离线 1",
        "已恢复 1 条：村口画面静止不动 1",
        "冒烟或起火：先拨打 119。",
        f"全部情况请致电 {RING}。",
    ]
    assert words.variables == {"count": "8", "urgent": "1", "where": "村口广场", "what": "漏电"}


def test_a_storm_of_many_places_fits_too() -> None:
    grades = [(1, "smoke"), (2, "unreachable"), (3, "blur")]
    storm = [
        camera(place=name(f"{n} 号路口", f"Junction {n}"), severity=severity, codes=(code,))
        for n in range(200)
        for severity, code in grades
    ]
    for lang in LANGS:
        text = summary(storm, reader(lang), None).text
        assert len(text.encode()) < 2048
        assert ("另有" in text) or ("more" in text)


def test_a_calm_summary_says_nothing_of_fire() -> None:
    assert "119" not in summary([camera(), camera()], reader(), None).text

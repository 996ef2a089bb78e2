"""What a letter says, each kind of it."""

import pytest

from gateway.dispatch.sentences import write
from gateway.faults import Fact
from gateway.faults.catalogue import entry
from gateway.faults.kinds import MessageKind
from tests.unit.gateway.dispatch.conftest import HOUR, KINDS, MINUTE, NOW, name, reader, subject

LINK = "https://village.example/a/AAAA"
RING = "值班室 0571-0000"


def test_a_problem_says_what_where_since_when_why_what_first_and_how_to_take_it() -> None:
    facts = (Fact("at_once", {"since_ms": NOW - 6 * MINUTE}),)
    assert write(subject(facts=facts), reader(), LINK, RING).text.splitlines() == [
        "【紧急】二号充电桩漏电（接地故障）",
        "地点：村口广场（东网格）",
        "时间：今天 21:09 起",
        "依据：11月25日 21:09 第一次发现就报：这类故障不等第二次确认。",
        "先做：不要触碰充电桩和车辆。让周围的人离开，等电工到场。冒烟或起火：拨打 119。",
        f"点开接单：{LINK}",
        "编号 F-2026-0001",
    ]


def test_the_same_in_english() -> None:
    assert write(subject(), reader("en"), LINK, RING).text.splitlines() == [
        "URGENT: Charger 2 reports an earth fault",
        "Where: East Square (East grid)",
        "Since: today 21:09",
        f"First: {entry('GroundFailure').first('maintenance').en}",
        f"Take it on: {LINK}",
        "Number F-2026-0001",
    ]


def test_without_a_link_it_says_whom_to_ring() -> None:
    assert f"请致电 {RING} 确认接单。" in write(subject(), reader(), None, RING).text
    assert "请告诉值班台由谁处理。" in write(subject(), reader(), None, None).text


def test_several_faults_of_one_thing_are_one_letter_the_worst_first() -> None:
    both = subject(codes=("offline", "GroundFailure"), more=("F-2026-0002",))
    lines = write(both, reader(), None, None).text.splitlines()
    assert lines[0] == "【紧急】二号充电桩漏电（接地故障）；二号充电桩离线"
    assert lines[-1] == "编号 F-2026-0001、F-2026-0002"
    assert "不要触碰" in lines[3]


def test_of_many_reasons_the_two_that_tell_most_are_given() -> None:
    facts = (
        Fact("bad_for", {"since_ms": NOW, "for_s": 90.0, "looks": 3}),
        Fact("gateway_ok"),
        Fact("no_sense"),
        Fact("feeder_ok", {"feeder": "f-1", "dark": 1, "sites": 5}),
        Fact("a_key_of_tomorrow", {"x": 1}),
    )
    lines = write(subject(codes=("site_dark",), severity=2, facts=facts), reader(), None, None).text.splitlines()
    (why,) = [line for line in lines if line.startswith("依据")]
    assert why == (
        "依据：这里没有市电监测，分不清是停电还是通信中断。"
        "从 11月25日 21:15 起一直如此，已持续至少 90 秒，连续 3 次检查结果相同。"
    )


def test_things_in_reasons_are_called_by_their_names() -> None:
    facts = (Fact("parent", {"asset": "n-01"}),)
    text = write(subject(facts=facts, names={"n-01": name("村口节点", "Gate node")}), reader(), None, None).text
    assert "它是村口节点的问题的一部分。" in text


def test_a_recovery_says_how_long_it_lasted_and_asks_nobody() -> None:
    over = subject(kind="recovery", codes=("frozen",), severity=2, ended_ms=NOW + 85 * MINUTE - 6 * MINUTE)
    assert write(over, reader(now_ms=NOW + 2 * HOUR), LINK, RING).text.splitlines() == [
        "【恢复】二号充电桩画面静止不动：已结束",
        "地点：村口广场（东网格）",
        "时间：今天 21:09 至 22:34，共 1 小时 25 分钟",
        "无需再处理。",
        "编号 F-2026-0001",
    ]


def test_a_released_latch_says_what_was_recorded() -> None:
    over = subject(kind="recovery", ended_ms=NOW)
    assert "现场已登记“已验明无电、绝缘合格”" in write(over, reader(), None, None).text


def test_what_was_over_before_anybody_knew_says_both_ends() -> None:
    text = write(subject(since_ms=NOW - 26 * HOUR, ended_ms=NOW - 25 * HOUR), reader(), None, None).text
    assert "时间：昨天 19:15 至 20:15，共 1 小时" in text


def test_an_update_says_what_it_is_a_part_of() -> None:
    absorbed = subject(kind="update", codes=("site_dark",), severity=2, cause=name("东台区", "East feeder"))
    text = write(absorbed, reader(), LINK, RING).text
    assert "已查明是东台区的问题的一部分，随它一起处理。" in text
    assert LINK not in text


def test_unsteady_and_steady_again() -> None:
    unsteady = subject(kind="flapping", codes=("flapping",), severity=3, fault=None)
    assert "稳定之前不再逐次通知。" in write(unsteady, reader(), None, None).text
    well = subject(kind="flapping_end", codes=("flapping",), severity=3, state="up", fault=None)
    assert write(well, reader(), LINK, None).text.splitlines()[::2] == [
        "【已稳定】二号充电桩：现在正常",
        "无需再处理。",
    ]
    bad = subject(kind="flapping_end", codes=("flapping", "Faulted"), severity=2, state="down")
    text = write(bad, reader(), LINK, None).text
    assert "【已稳定】二号充电桩：现在不能用" in text
    assert "二号充电桩故障停用。" in text
    assert LINK in text


def test_a_reminder_says_who_was_told_and_how_long_ago() -> None:
    told = (name("电工", "Electricians"), name("消防站", "Fire squad"))
    lines = write(subject(kind="reminder", step=1, told_ms=NOW - 5 * MINUTE, told=told), reader(), LINK, None).text
    assert lines.splitlines()[:2] == [
        "【紧急催办】二号充电桩漏电（接地故障）",
        "已通知电工、消防站，5 分钟了仍无人接单。",
    ]


def test_a_reminder_of_what_nobody_moves_names_who_took_it() -> None:
    stuck = subject(kind="reminder", step=2, taken_by="张三", taken_ms=NOW - 4 * HOUR)
    assert "张三已接单 4 小时，至今没有进展。" in write(stuck, reader(), LINK, None).text


def test_a_thing_that_is_its_own_place_is_named_once() -> None:
    feeder = name("东台区", "East feeder")
    text = write(
        subject(name=feeder, place=feeder, grid=None, codes=("feeder_down",), severity=2), reader(), None, None
    )
    assert "地点" not in text.text


def test_a_test_says_that_it_is_one() -> None:
    text = write(subject(kind="test", codes=(), fault=None), reader(), None, None).text
    assert text.startswith("【测试】")
    assert "无需处理" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_begins_with_its_title(kind: MessageKind) -> None:
    words = write(subject(kind=kind, state="down", ended_ms=NOW), reader(), LINK, None)
    assert words.text.splitlines()[0] == words.title

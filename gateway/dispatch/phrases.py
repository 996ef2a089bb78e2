"""The fixed words of letters, in both languages; ``{…}`` is filled in by ``sentences`` and ``digests``."""

from contracts.states import State
from gateway.faults.catalogue.texts import Text

HEADS: dict[str, Text] = {
    "problem.1": Text("【紧急】{what}", "URGENT: {what}"),
    "problem.2": Text("【故障】{what}", "Fault: {what}"),
    "problem.3": Text("【一般】{what}", "Minor: {what}"),
    "recovery": Text("【恢复】{what}：已结束", "Over: {what}"),
    "update": Text("【更新】{what}", "Update: {what}"),
    "flapping": Text("【不稳定】{what}", "Unsteady: {what}"),
    "flapping_end": Text("【已稳定】{name}：{state}", "Steady again: {name}, {state}"),
    "reminder": Text("【催办】{what}", "Nobody has it: {what}"),
    "reminder.1": Text("【紧急催办】{what}", "URGENT, nobody has it: {what}"),
    "reminder.stalled": Text("【催办】{what}", "No progress: {what}"),
    "test": Text("【测试】村安全监测的测试通知", "Test message of the village safety monitor"),
}
STATES: dict[State, Text] = {
    "up": Text("现在正常", "now well"),
    "degraded": Text("现在部分异常", "now partly faulty"),
    "down": Text("现在不能用", "now not working"),
    "unknown": Text("现在情况不明", "now not known"),
}

WHERE = Text("地点：{place}", "Where: {place}")
WITHIN = Text("{place}（{grid}）", "{place} ({grid})")
SINCE = Text("时间：{since} 起", "Since: {since}")
DURING = Text("时间：{during}，共 {lasting}", "When: {during}, {lasting}")
WHY = Text("依据：{why}", "Why: {why}")
FIRST = Text("先做：{first}", "First: {first}")
FIRE = Text("冒烟或起火：先拨打 119。", "Smoke or fire: call 119 first.")
NUMBER = Text("编号 {number}", "Number {number}")

PART = Text(
    "已查明是{cause}的问题的一部分，随它一起处理。", "It is a part of what is wrong with {cause}, and dealt with there."
)
RELEASED = Text(
    "现场已登记“已验明无电、绝缘合格”，锁定已解除。", "“Measured dead, insulation tested” was recorded on site."
)
NOTHING = Text("无需再处理。", "Nothing more to do.")
QUIET = Text("稳定之前不再逐次通知。", "You are not told of each change until it is steady.")
UNTAKEN = Text("已通知{told}，{lasting}了仍无人接单。", "{told}: told {lasting} ago, nobody has taken it.")
UNTAKEN_ONLY = Text("首次通知后{lasting}无人接单。", "First told {lasting} ago, nobody has taken it.")
STALLED = Text("{who}已接单 {lasting}，至今没有进展。", "{who} took it {lasting} ago; no progress since.")
GOT_IT = Text(
    "收到即可，无需处理。真正的通知会写明：什么事、在哪里、先做什么。",
    "Nothing to do. A real one says what is wrong, where, and what to do first.",
)

LINK = Text("点开接单：{link}", "Take it on: {link}")
RING = Text("请致电 {ring} 确认接单。", "Call {ring} to take it.")
DESK = Text("请告诉值班台由谁处理。", "Tell the duty desk who takes it.")
PAGE = Text("全部见 {link}", "All of it: {link}")
ASK = Text("全部情况请致电 {ring}。", "Call {ring} for all of it.")
ASK_DESK = Text("全部情况请问值班台。", "Ask the duty desk for all of it.")

AND = Text("；", "; ")
LIST = Text("、", ", ")


def fill(text: Text, lang: str, **values: object) -> str:
    """``text`` in ``lang`` with its values."""
    return (text.en if lang == "en" else text.zh).format_map(values)

"""The words of the statement, in Chinese and English."""

from gateway.faults.catalogue import CATALOGUE
from gateway.faults.catalogue.short import SHORT
from gateway.faults.catalogue.texts import Text

CLASSES = {
    "up": Text("正常", "up"),
    "degraded": Text("降级", "degraded"),
    "down": Text("故障", "down"),
    "unknown": Text("未知", "unknown"),
    "planned": Text("计划检修", "planned"),
    "out_of_service": Text("停用", "out of service"),
}
FOOTAGE = {
    "missing": Text("录像缺失", "not recorded"),
    "not_known": Text("录像情况不明", "recording not known"),
    "no_gap_reported": Text("未报录像缺失", "no gap reported"),
}
CLOCKS = {
    "measured": Text("已测量", "measured"),
    "off": Text("偏差超过 1 分钟（见故障）", "more than a minute off (see its fault)"),
    "not_measured": Text("未测量", "not measured"),
}
# Reasons that are no fault code.
REASONS = {
    "lost": Text("节点掉线", "the node's link was lost"),
    "disconnected": Text("节点停机", "the node was stopped"),
    "silence": Text("没有读数", "no reading came"),
    "never_seen": Text("从未上报", "never seen yet"),
    "mains": Text("市电停电", "the mains were away"),
    "weather": Text("天气", "weather"),
    "not_confirmed": Text("未确认", "not confirmed"),
    "no_record": Text("无记录", "nothing is stored of it"),
    "not_named": Text("原因未报", "no reason was named"),
}
HEAD = {
    "title": Text("{name}（{device}）运行情况", "{name} ({device}): statement"),
    "period": Text("{begin} 至 {end}，共 {seconds} 秒", "{begin} to {end}, {seconds} s"),
    "future": Text("尚未到来的时间不计", "what lies in the future is left out"),
    "service": Text("应运行 S", "in service S"),
    "U": Text("正常 U", "up U"),
    "D": Text("故障 D", "down D"),
    "K": Text("未知 K", "unknown K"),
    "M": Text("计划检修 M", "planned M"),
    "O": Text("停用 O", "out of service O"),
    "degraded": Text("其中降级（计入正常）", "degraded (part of up)"),
    "weather": Text("其中天气遮挡（计入正常）", "hidden by weather (part of up)"),
    "known": Text("已知时间完好率 U/(U+D)", "of the known time U/(U+D)"),
    "without_mains": Text("不计停电", "the same without mains loss"),
    "strict": Text("下限 U/S", "at least U/S"),
    "upper": Text("上限 (U+K)/S", "at most (U+K)/S"),
    "coverage": Text("数据覆盖率 (U+D)/S", "coverage (U+D)/S"),
    "too_little": Text("数据不足", "too little data"),
    "late": Text("补批的检修（不计）", "maintenance approved too late (counts for nothing)"),
    "approved": Text("批准于", "approved"),
    "clock": Text("摄像头时钟误差", "the camera's clock error"),
    "ours_off": Text(
        "注意：期间网关时钟未同步，各时刻可能有偏差", "note: the gateway's clock was not kept in step; times may be off"
    ),
    "month": Text("所属月份", "month"),
    "provisional": Text("尚未冻结，为暂计", "not frozen yet, provisional"),
    "revision": Text("修订版", "revision"),
    "hash": Text("校验值", "hash of this statement"),
    "blips": Text("未确认的异常（计入正常）", "not confirmed (part of up)"),
}


def reason(word: str | None, name: str) -> Text:
    """What a code or cause means for the device ``name``."""
    if word is None:
        return Text("", "")
    if word in REASONS:
        return REASONS[word]
    row = CATALOGUE.get(word)
    return Text("", "") if row is None else Text(row.sentence.zh.format(name=name), row.sentence.en.format(name=name))


def short(word: str) -> Text:
    """A code or cause in a few words, without a device's name; the word itself where nothing more is known."""
    return REASONS.get(word) or SHORT.get(word) or Text(word, word)

"""Why a fault was opened and what was ruled out, in plain words: one sentence a fact, in both languages.

``{…_ms}`` is a moment, ``{…_s}`` a duration, ``{asset}`` and the other names of things are spoken by their names,
``{code}`` by what it says; ``{share}``, which begins a sentence, is ``dark`` of ``sites``. A fact whose words depend on
its figures has a variant, named behind a dot.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

from gateway.faults.catalogue import entry
from gateway.faults.catalogue.texts import Text
from gateway.faults.changes import Fact

Value = str | int | float
Values = Mapping[str, Value]
# Asia/Shanghai; it has had no summer time since 1991.
_SHANGHAI = timezone(timedelta(hours=8))
_THINGS = frozenset({"asset", "by", "feeder", "other", "road", "uplink"})
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

# When and how it was seen.
SEEN: dict[str, Text] = {
    "bad_for": Text(
        "从 {since_ms} 起一直如此，已持续至少 {for_s}，连续 {looks} 次检查结果相同。",
        "It has been so since {since_ms}: for at least {for_s}, and in {looks} looks in a row.",
    ),
    "bad_for.looks": Text(
        "从 {since_ms} 起如此，连续 {looks} 次检查结果相同。",
        "It has been so since {since_ms}, in {looks} looks in a row.",
    ),
    "at_once": Text(
        "{since_ms} 第一次发现就报：这类故障不等第二次确认。",
        "It was told at the first look, {since_ms}: a fault of this kind waits for no second one.",
    ),
    "late": Text(
        "当时线路中断，事后从补传的数据中才知道。",
        "The line was down then; it is known only from data that came later.",
    ),
    "intermittent": Text(
        "同一故障（{code}）反复出现，已经 {times} 次，每次都自行恢复。",
        "The same fault ({code}) came {times} times, and went away by itself each time.",
    ),
    "planned": Text(
        "计划检修到 {until_ms}；到期仍未恢复才通知。",
        "Work on it is planned until {until_ms}; you are told only if it is still bad then.",
    ),
    "grace": Text(
        "{asset}已经恢复，等了一段时间，它仍未恢复。",
        "{asset} has recovered, and after some time to follow it is still bad.",
    ),
}

# How something fell silent.
SILENCE: dict[str, Text] = {
    "link_lost": Text(
        "最后一次有消息是 {last_ms}；{at_ms} 连接断开，之后再没有消息。",
        "Its last word came at {last_ms}; at {at_ms} its connection was lost, and nothing has come since.",
    ),
    "stopped": Text(
        "{at_ms} 节点程序正常停止，之后没有再启动。",
        "Its program was stopped properly at {at_ms}, and nobody has started it again.",
    ),
    "no_record": Text(
        "连接正常，但从 {since_ms} 起没有发来任何记录。", "It is connected, but has sent no record since {since_ms}."
    ),
    "not_heard": Text(
        "它所在的节点工作正常，但从 {since_ms} 起没有它的消息。",
        "Its node is working, but nothing has been heard of it since {since_ms}.",
    ),
    "twin": Text("这个路口的全部节点（{nodes} 个）都没有消息。", "All nodes of this junction ({nodes}) are silent."),
}

# Power or line.
SUPPLY: dict[str, Text] = {
    "mains_said": Text("{by}在 {at_ms} 报告市电中断。", "{by} said at {at_ms} that the mains was lost."),
    "sense_quiet": Text(
        "{by}监测市电，没有报告停电：不像是停电，像是通信中断。",
        "{by} watches the mains and reported no loss: it looks like the line, not the power.",
    ),
    "no_sense": Text(
        "这里没有市电监测，分不清是停电还是通信中断。",
        "Nothing watches the mains here, so it may be the power or the line.",
    ),
    "ran": Text(
        "补传的数据表明，从 {since_ms} 起设备一直在运行：断的是通信，不是电。",
        "Data that came later show that it was running from {since_ms} on: the line was down, not the power.",
    ),
    "feeder_dark": Text(
        "{feeder}的{share}几乎同时失联：疑似台区停电，还没有市电监测证实。",
        "{share} junctions of {feeder} fell silent at almost the same time: probably a power cut of the "
        "feeder, which no mains sense has confirmed.",
    ),
    "feeder_dark.sensed": Text(
        "{feeder}的{share}几乎同时失联，其中有路口报告市电中断：是台区停电。",
        "{share} junctions of {feeder} fell silent at almost the same time, and one of them said that "
        "its mains was lost: it is a power cut of the feeder.",
    ),
    "feeder_ok": Text(
        "不像是台区停电：{feeder}的 {sites} 个路口中只有 {dark} 个失联。",
        "It is not the feeder: only {dark} of the {sites} junctions of {feeder} fell silent.",
    ),
    "feeder_ok.only": Text(
        "看不出是不是台区停电：{feeder}只带这一个路口。",
        "Whether it is the feeder cannot be seen: this is the only junction of {feeder}.",
    ),
    "uplink_dark": Text(
        "用{uplink}的{share}失联：是通信运营商的线路。",
        "{share} junctions that report over {uplink} are silent: it is the operator's line.",
    ),
    "uplink_ok": Text(
        "不像是运营商线路：用{uplink}的 {sites} 个路口中只有 {dark} 个失联。",
        "It is not the operator's line: only {dark} of the {sites} junctions that report over {uplink} fell silent.",
    ),
    "uplink_ok.only": Text(
        "看不出是不是运营商线路：只有这一个路口用{uplink}。",
        "Whether it is the operator's line cannot be seen: this is the only junction that reports over {uplink}.",
    ),
    "village_dark": Text("全村的{share}失联。", "{share} junctions of the village are silent."),
    "village_ok": Text(
        "不是全村的问题：{sites} 个路口中只有 {dark} 个失联。",
        "It is not the whole village: only {dark} of its {sites} junctions fell silent.",
    ),
    "gateway_away": Text(
        "从 {from_ms} 到 {to_ms}，网关自己停机或连不上消息服务器，这段时间收不到任何消息。",
        "From {from_ms} to {to_ms} the gateway itself was stopped or had no broker, and could hear nobody.",
    ),
    "gateway_ok": Text("不是网关的问题：网关一直在工作。", "It is not the gateway: that was working all the time."),
}

# Other cameras, and what it hangs on.
AROUND: dict[str, Text] = {
    "weather": Text(
        "{at_ms} 是天气原因：{fresh} 路在线摄像头中有 {cameras} 路同时看不清。",
        "At {at_ms} it was the weather: {cameras} of {fresh} working cameras saw badly at the same time.",
    ),
    "weather_ok": Text(
        "不是天气：{fresh} 路在线摄像头中只有 {cameras} 路看不清。",
        "It is not the weather: only {cameras} of {fresh} working cameras saw badly.",
    ),
    "weather_ok.none": Text(
        "不是天气：{fresh} 路在线摄像头中没有一路看不清。",
        "It is not the weather: none of {fresh} working cameras saw badly.",
    ),
    "road": Text(
        "同一条路上的{other}也被遮挡或转动，前后相隔约 {minutes} 分钟：可能是人为。",
        "{other} on the same road was covered or turned as well, about {minutes} min apart: perhaps on purpose.",
    ),
    "road.soon": Text(
        "同一条路上的{other}也被遮挡或转动，前后不到 1 分钟：可能是人为。",
        "{other} on the same road was covered or turned as well, less than a minute apart: perhaps on purpose.",
    ),
    "road_ok": Text(
        "{road}上没有别的摄像头在前后被遮挡或转动。",
        "No other camera of {road} was covered or turned at about the same time.",
    ),
    "parent": Text("它是{asset}的问题的一部分。", "It is a part of what is wrong with {asset}."),
    "parents_ok": Text(
        "它的节点、供电和通信都没有故障，问题在它自己。", "Nothing that it hangs on has failed: the trouble is its own."
    ),
}

FACTS: dict[str, Text] = SEEN | SILENCE | SUPPLY | AROUND

# key, figure, its value, and the variant that says so
_VARIANTS = (
    ("bad_for", "for_s", 0, "looks"),
    ("feeder_dark", "sensed", 1, "sensed"),
    ("feeder_ok", "sites", 1, "only"),
    ("uplink_ok", "sites", 1, "only"),
    ("weather_ok", "cameras", 0, "none"),
    ("road", "minutes", 0, "soon"),
)
_UNKNOWN = Text("其他依据：{key}", "Also: {key}")
_HEAD = Text("{what}，从 {opened_ms} 开始。", "{what}, since {opened_ms}.")
_ROOT = Text(
    "原因在{root}，随它一起处理，不另行通知。", "The cause is {root}; it is dealt with there and not told by itself."
)
_ROOT_WEATHER = Text("原因是天气，不另行通知。", "The cause is the weather; it is not told by itself.")


class Explained(Protocol):
    """An open fault as far as its explanation goes; ``root``: the cause's asset."""

    @property
    def asset(self) -> str: ...  # noqa: D102  # see the class
    @property
    def code(self) -> str: ...  # noqa: D102  # see the class
    @property
    def opened_ms(self) -> int: ...  # noqa: D102  # see the class
    @property
    def root(self) -> str | None: ...  # noqa: D102  # see the class
    @property
    def facts(self) -> tuple[Fact, ...]: ...  # noqa: D102  # see the class


def explain(fault: Explained, lang: str, name: Callable[[str], str] = str) -> list[str]:
    """Sentences in ``lang`` (``zh`` or ``en``): what and since when, each fact, the cause.

    ``name``: what people call an asset.
    """
    what = entry(fault.code).sentence.say(lang, name(fault.asset))
    lines = [_fill(_HEAD, {"what": what, "opened_ms": fault.opened_ms}, lang, name)]
    lines += [sentence(fact, lang, name) for fact in fault.facts]
    if fault.root is not None and all(fact.key != "parent" for fact in fault.facts):
        lines.append(_fill(_ROOT_WEATHER if fault.root == "weather" else _ROOT, {"root": name(fault.root)}, lang, name))
    return lines


def sentence(fact: Fact, lang: str, name: Callable[[str], str] = str) -> str:
    """One fact; a key or figure that this program does not know is said as it came."""
    text = FACTS.get(_variant(fact))
    if text is None:
        return _plain(fact, lang)
    try:
        return _fill(text, fact.values, lang, name)
    except (
        KeyError,
        ValueError,
        TypeError,
        OverflowError,
        OSError,
    ):  # a figure is missing, or is no moment of a calendar
        return _plain(fact, lang)


def _variant(fact: Fact) -> str:
    """The key of the words that fit the figures."""
    for key, figure, value, words in _VARIANTS:
        if key == fact.key and fact.values.get(figure) == value:
            return f"{key}.{words}"
    return fact.key


def _fill(text: Text, values: Values, lang: str, name: Callable[[str], str]) -> str:
    words = {key: _say(key, value, lang, name) for key, value in values.items()}
    if {"dark", "sites"} <= words.keys():
        words["share"] = _share(words["dark"], words["sites"], lang)
    return (text.en if lang == "en" else text.zh).format_map(words)


def _share(some: str, of: str, lang: str) -> str:
    if lang == "en":
        return f"All {of}" if some == of else f"{some} of the {of}"
    return f"全部 {of} 个路口" if some == of else f" {of} 个路口中有 {some} 个"


def _say(key: str, value: Value, lang: str, name: Callable[[str], str]) -> str:
    if key.endswith("_ms"):
        return _moment(int(value), lang)
    if key.endswith("_s"):
        return _duration(float(value), lang)
    if key == "code":
        said = entry(str(value)).sentence
        return said.say("en", "it") if lang == "en" else said.say("zh", "")
    if key in _THINGS:
        return name(str(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _moment(at_ms: int, lang: str) -> str:
    at = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(_SHANGHAI)
    clock = f"{at.hour:02}:{at.minute:02}"
    return f"{at.day} {_MONTHS[at.month - 1]} {clock}" if lang == "en" else f"{at.month}月{at.day}日 {clock}"


def _duration(seconds: float, lang: str) -> str:
    """Whole minutes and hours as such: 90 s, 10 min, 2 h."""
    for size, zh, en in ((3600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {en if lang == 'en' else zh}"
    return f"{seconds:g} {'s' if lang == 'en' else '秒'}"


def _plain(fact: Fact, lang: str) -> str:
    figures = "，".join if lang != "en" else ", ".join
    said = figures(f"{key}={value}" for key, value in fact.values.items())
    tail = (f"（{said}）" if lang != "en" else f" ({said})") if said else ""
    return _UNKNOWN.say(lang).replace("{key}", f"{fact.key}{tail}") + ("." if lang == "en" else "。")

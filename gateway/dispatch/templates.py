"""Letters for vendors who refuse free text: a template's name, and variables of at most 20 characters.

A text message and a voice call take the same variables, so none holds a symbol, a line break or a link, and moments and
numbers are written as they are spoken.
"""

import re
from typing import NamedTuple

from contracts.inventory import Name
from gateway.dispatch import phrases
from gateway.dispatch.moments import lasting, spoken
from gateway.dispatch.phrases import fill
from gateway.dispatch.subject import Reader, Subject
from gateway.dispatch.words import Lang
from gateway.faults.catalogue import entry, severity
from gateway.faults.catalogue.short import SHORT
from gateway.faults.catalogue.texts import Text

LONGEST = 20
_NUMBER = re.compile(r"F-(\d{4})-0*(\d+)")
_SYMBOLS = re.compile(r"[^\w ]|_")


class Template(NamedTuple):
    """A text to be registered with the vendor; ``{name}`` is a variable."""

    variables: tuple[str, ...]
    text: Text


_THING = ("where", "device", "what")
TEMPLATES: dict[str, Template] = {
    "fault_urgent": Template(
        (*_THING, "since", "number"),
        Text(
            "紧急：{where}，{device}，{what}，{since}开始。让人远离，不要触碰，等电工到场。冒烟或起火先拨打119。"
            "请马上致电值班台接单，编号{number}。",
            "Urgent: {where}, {device}: {what}, since {since}. Keep people away, do not touch, wait for the "
            "electrician. Smoke or fire: call 119 first. Ring the duty desk at once to take it, number {number}.",
        ),
    ),
    "fault": Template(
        (*_THING, "since", "number"),
        Text(
            "故障：{where}，{device}，{what}，{since}开始。请致电值班台接单，编号{number}。",
            "Fault: {where}, {device}: {what}, since {since}. Ring the duty desk to take it, number {number}.",
        ),
    ),
    "recovery": Template(
        (*_THING, "ended", "number"),
        Text(
            "已结束：{where}，{device}，{what}，{ended}结束，编号{number}。",
            "Over: {where}, {device}: {what}, ended {ended}, number {number}.",
        ),
    ),
    "reminder": Template(
        (*_THING, "waited", "number"),
        Text(
            "催办：{where}，{device}，{what}，已等了{waited}，还没有人处理。请致电值班台，编号{number}。"
            "冒烟或起火先拨打119。",
            "Reminder: {where}, {device}: {what}, waiting for {waited}, nobody has dealt with it. Ring the duty desk, "
            "number {number}. Smoke or fire: call 119 first.",
        ),
    ),
    "update": Template(
        (*_THING, "cause"),
        Text(
            "更新：{where}，{device}，{what}，原因是{cause}，一起处理。",
            "Update: {where}, {device}: {what}, a part of what is wrong with {cause}, dealt with there.",
        ),
    ),
    "flapping": Template(
        ("where", "device", "state"),
        Text(
            "{where}，{device}，{state}。请致电值班台了解。", "{where}, {device}: {state}. Ring the duty desk for more."
        ),
    ),
    "digest": Template(
        ("count", "open", "where"),
        Text(
            "每日汇总：共{count}条，其中{open}条还没有恢复，最多的在{where}。详情请致电值班台。",
            "Daily digest: {count} in all, {open} not over, most of them at {where}. Ring the duty desk for more.",
        ),
    ),
    "summary": Template(
        ("count", "urgent", "where", "what"),
        Text(
            "短时间内有{count}条通知，其中紧急{urgent}条，最重的是{where}，{what}。冒烟或起火先拨打119。"
            "详情请致电值班台。",
            "{count} messages within minutes, {urgent} of them urgent, the worst at {where}: {what}. "
            "Smoke or fire: call 119 first. Ring the duty desk for more.",
        ),
    ),
    "test": Template(
        ("when",),
        Text(
            "这是村安全监测的测试通知，{when}发出，收到即可。",
            "This is a test of the village safety monitor, sent {when}. Nothing to do.",
        ),
    ),
}
UNSTEADY = Text("状态反复变化", "keeps changing")
_NONE = Text("无", "none")


def of(subject: Subject, reader: Reader) -> tuple[str, dict[str, str]]:
    """The template's name, and its variables."""
    name = _name(subject)
    return name, {key: _variable(key, subject, reader) for key in TEMPLATES[name].variables}


def short(text: str, lang: Lang) -> str:
    """At most 20 characters without a symbol; English is cut between words."""
    plain = " ".join(_SYMBOLS.sub(" ", text).split())
    if len(plain) <= LONGEST or lang == "zh":
        return plain[:LONGEST].strip() or fill(_NONE, lang)
    return plain[: LONGEST + 1].rpartition(" ")[0] or plain[:LONGEST]


def worst(subject: Subject) -> str:
    """The most severe of its codes."""
    return min(subject.codes, key=lambda code: severity(code, subject.asset_kind))


def said(code: str) -> Text:
    """What is wrong in a few words; of a code that this program does not know, that it is not known."""
    return SHORT.get(code) or SHORT["unrecognised"]


def _name(subject: Subject) -> str:
    if subject.kind == "problem":
        urgent = subject.severity == 1 or any(entry(code).cls == "safety" for code in subject.codes)
        return "fault_urgent" if urgent else "fault"
    return "flapping" if subject.kind == "flapping_end" else subject.kind


def _variable(key: str, subject: Subject, reader: Reader) -> str:
    lang = reader.lang
    return short(_VARIABLES[key](subject, reader), lang)


def _where(subject: Subject, reader: Reader) -> str:
    """Where the place is the thing itself, the grid it lies in says more."""
    place: Name = subject.grid if subject.place == subject.name and subject.grid else subject.place
    return place.text(reader.lang)


def _state(subject: Subject, reader: Reader) -> str:
    if subject.kind == "flapping":
        return UNSTEADY.say(reader.lang)
    return fill(phrases.STATES[subject.state or "unknown"], reader.lang)


def _cause(subject: Subject, reader: Reader) -> str:
    return "" if subject.cause is None else subject.cause.text(reader.lang)


def _waited(subject: Subject, reader: Reader) -> str:
    began = subject.taken_ms if subject.taken_by else subject.told_ms
    return lasting(reader.now_ms - (subject.at_ms if began is None else began), reader.lang)


def _ended(subject: Subject, reader: Reader) -> str:
    ended = subject.at_ms if subject.ended_ms is None else subject.ended_ms
    return spoken(ended, reader.now_ms, reader.lang)


def _number(subject: Subject, reader: Reader) -> str:
    """``2026年第1件``: a voice reads it, and whoever has the list finds it."""
    found = _NUMBER.fullmatch(subject.fault or "")
    if found is None:
        return subject.fault or ""
    year, count = found.groups()
    return f"{count} of {year}" if reader.lang == "en" else f"{year}年第{count}件"


_VARIABLES = {
    "where": _where,
    "device": lambda subject, reader: subject.name.text(reader.lang),
    "what": lambda subject, reader: said(worst(subject)).say(reader.lang),
    "since": lambda subject, reader: spoken(subject.since_ms, reader.now_ms, reader.lang),
    "when": lambda subject, reader: spoken(subject.at_ms, reader.now_ms, reader.lang),
    "number": _number,
    "ended": _ended,
    "waited": _waited,
    "state": _state,
    "cause": _cause,
}

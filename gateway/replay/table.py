"""A report as tables for people, in zh or en."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from contracts.inventory import Village
from gateway.faults.catalogue import CATALOGUE
from gateway.replay.differs import Lists
from gateway.replay.report import Json

Lang = Literal["zh", "en"]

_WORDS: dict[str, tuple[str, str]] = {
    "faults": ("故障", "Faults"),
    "messages": ("消息", "Messages"),
    "uptime": ("在线率（秒）", "Uptime (seconds)"),
    "differs": (
        "与对照规则的差别（+ 仅本规则，- 仅对照规则）",
        "Differences (+ only by these rules, - only by the others)",
    ),
    "none": ("无", "none"),
    "opened": ("开始", "opened"),
    "closed": ("结束", "closed"),
    "open": ("未结束", "open"),
    "reopened": ("重开", "reopened"),
    "severity": ("级别", "severity"),
    "asset": ("对象", "asset"),
    "code": ("代码", "code"),
    "root": ("原因对象", "cause"),
    "what": ("说明", "what"),
    "t": ("时间", "time"),
    "kind": ("类型", "kind"),
    "problem": ("故障", "problem"),
    "recovery": ("恢复", "recovery"),
    "update": ("更新", "update"),
    "flapping": ("频繁变化", "flapping"),
    "flapping_end": ("变化停止", "flapping ends"),
    "device": ("设备", "device"),
    "known": ("已知率%", "known %"),
    "strict": ("下限%", "strict %"),
    "upper": ("上限%", "upper %"),
    "coverage": ("覆盖率%", "coverage %"),
    "S": ("应在线", "S service"),
    "U": ("在线", "U up"),
    "D": ("中断", "D down"),
    "K": ("未知", "K unknown"),
    "M": ("检修", "M planned"),
    "O": ("停用", "O out of service"),
}
_FAULT = ("opened", "closed", "reopened", "severity", "asset", "code", "root", "what")
_MESSAGE = ("t", "kind", "asset", "code")
_UPTIME = ("device", "known", "strict", "upper", "coverage", "S", "U", "D", "K", "M", "O")


class Tables:
    """The words of one village in one language."""

    def __init__(self, village: Village, lang: Lang) -> None:
        self._lang = lang
        self._names = {junction.id: junction.name.text(lang) for _, junction in village.junctions()}
        self._names |= {supply.id: supply.name.text(lang) for supply in (*village.feeders, *village.uplinks)}
        self._names |= {device: place.name.text(lang) for device, place in village.places().items()}

    def report(self, given: Json) -> str:
        """Faults, messages and uptime."""
        faults = self._table(_FAULT, (self._fault(fault) for fault in given["faults"]))
        messages = self._table(_MESSAGE, (self._message(message) for message in given["messages"]))
        uptime = self._table(_UPTIME, (self._uptime(device, row) for device, row in given["uptime"].items()))
        return "\n".join((self._word("faults"), faults, self._word("messages"), messages, self._word("uptime"), uptime))

    def differs(self, lists: Lists) -> str:
        """What other rules would have made of it."""
        faults = [(sign, *self._fault(fault)) for sign in "+-" for fault in lists["faults"][sign]]
        messages = [(sign, *self._message(message)) for sign in "+-" for message in lists["messages"][sign]]
        tables = (self._table(("", *_FAULT), faults), self._table(("", *_MESSAGE), messages))
        return "\n".join((self._word("differs"), self._word("faults"), tables[0], self._word("messages"), tables[1]))

    def _word(self, key: str) -> str:
        return _WORDS[key][self._lang == "en"] if key else ""

    def _fault(self, fault: Json) -> tuple[str, ...]:
        entry = CATALOGUE.get(fault["code"])
        asset = str(fault["asset"])
        return (
            _time(str(fault["opened"])),
            _time(fault["closed"]) if fault["closed"] else self._word("open"),
            str(fault["reopened"]),
            str(fault["severity"]),
            asset,
            fault["code"],
            fault["root"] or "",
            entry.sentence.say(self._lang, self._names.get(asset, asset)) if entry else "",
        )

    def _message(self, message: Json) -> tuple[str, ...]:
        return _time(message["t"]), self._word(message["kind"]), message["asset"], message["code"]

    def _uptime(self, device: str, row: Json) -> tuple[str, ...]:
        shown = (row[key] for key in _UPTIME[1:])
        return device, *(
            "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value) for value in shown
        )

    def _table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        cells = [tuple(self._word(head) for head in heads), *rows]
        if len(cells) == 1:
            return f"  {self._word('none')}\n"
        widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
        return "".join(f"  {line}\n" for line in _lines(cells, widths))


def _lines(cells: Iterable[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for row in cells:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _time(text: str) -> str:
    """Without its offset: all of a village is on one clock."""
    return text[:19].replace("T", " ")

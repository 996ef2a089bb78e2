"""The page of templates for text messages and calls, made from the code. Part of reference.py."""

from gateway.dispatch.templates import LONGEST, TEMPLATES
from gateway.faults.catalogue.texts import Text

MADE = "Made from the code by `scripts/docs`; edit `gateway/dispatch/templates.py`.\n"
WORDS = f"""\
Vendors of text messages and voice calls send no free text: each template is registered with them once, word for word,
and a letter is its name and its variables. Every variable has at most {LONGEST} characters and no link, line break or
symbol, so that the same ones can be spoken: `今天21点15分`, `10 14 pm today`, `2026年第1件` (on screens `F-2026-0001`).

Register the Chinese text, the English one, or both, with the vendor's own marks for variables, and write the numbers of
the templates into the channel's settings. 值班台 (the duty desk) may be replaced by its name and number. `fault_urgent`
is for every fault where people may be hurt. `flapping` is sent when something becomes unsteady and when it is steady
again; `digest` and `summary` stand for several letters.

Longest: characters of the text with every variable at its longest. A text message of Chinese holds 70, longer ones 67
each.
"""
VARIABLES = {
    "where": Text("村口广场", "East Square"),
    "device": Text("2 号充电桩", "Charger 2"),
    "what": Text("漏电", "earth fault"),
    "since": Text("今天21点15分", "9 15 pm today"),
    "ended": Text("今天22点05分", "10 05 pm today"),
    "waited": Text("45 分钟", "45 min"),
    "number": Text("2026年第1件", "1 of 2026"),
    "cause": Text("东台区", "East feeder"),
    "state": Text("现在正常", "now well"),
    "count": Text("14", "14"),
    "open": Text("3", "3"),
    "urgent": Text("2", "2"),
    "when": Text("今天9点30分", "9 30 am today"),
}


def templates() -> str:
    """Every template, word for word."""
    parts = [
        "# Templates for text messages and voice calls\n",
        "Made from the code by `scripts/docs`; edit `gateway/dispatch/templates.py`.\n",
        WORDS,
    ]
    parts += ["| variable | 中文 | English |", "|---|---|---|"]
    parts += [f"| `{name}` | {said.zh} | {said.en} |" for name, said in VARIABLES.items()]
    for name, template in TEMPLATES.items():
        longest = [_longest(text, template.variables) for text in template.text]
        variables = ", ".join(f"`{one}`" for one in template.variables)
        parts += [
            f"\n## {name}\n",
            f"Variables: {variables}. Longest: {longest[0]} (中文), {longest[1]} (English).\n",
            f"    {template.text.zh}\n",
            f"    {template.text.en}",
        ]
    return "\n".join([*parts, ""])


def _longest(text: str, variables: tuple[str, ...]) -> int:
    return len(text.format_map(dict.fromkeys(variables, "x" * LONGEST)))

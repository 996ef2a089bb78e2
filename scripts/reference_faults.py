"""The page of all fault codes, made from the catalogue. Part of reference.py."""

from collections.abc import Iterator

from gateway.faults.catalogue import CATALOGUE, DEPARTMENTS, Entry
from gateway.faults.catalogue.steps import CALM, GRAVE, STEPS
from gateway.faults.catalogue.steps_danger import DANGER
from gateway.faults.catalogue.texts import Role, Text

WORDS = """\
Severity 1 pages at once, 2 within the shift, 3 goes into the digest. Severity 1 and class safety are never held back.
Latch: an `electrical` one ends when "measured dead, insulation tested" was recorded on site, an `acknowledge` one when
a person took it. State: what the fault means for its asset; `down` counts against uptime, `degraded` against intact
only, `unknown` is silence.
"""
SECTIONS: dict[str, frozenset[str]] = {
    "Cameras": frozenset({"camera"}),
    "Warning lights": frozenset({"warning_light"}),
    "Charge points": frozenset({"charge_point", "connector"}),
    "Contacts": frozenset({"contact"}),
    "The node's own computer": frozenset({"node"}),
    "Sites, feeders, lines, roads, the village": frozenset({"junction", "node", "feeder", "uplink", "road", "village"}),
    "The gateway": frozenset({"gateway", "channel", "node"}),
    "Mirrors, speed bumps and patrol rounds": frozenset({"mirror", "speed_bump", "junction", "village"}),
    "Anything": frozenset({kind for row in CATALOGUE.values() for kind in row.kinds}),
}
COLUMNS = [
    *("code", "severity", "class", "state", "confirmed", "department (also told)", "respond / repair", "latch"),
    *("do first", "中文", "English"),
]


def faults() -> str:
    """Every fault code, whom it concerns and what it asks for first."""
    parts = ["# Fault codes\n", "Made from the code by `scripts/docs`; edit the descriptions there.\n", WORDS]
    for title, rows in _sections():
        parts += [f"## {title}\n", f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *map(_row, rows), ""]
    return "\n".join([*parts, *_steps()])


def _sections() -> Iterator[tuple[str, list[Entry]]]:
    """Each row in the first section that has all its kinds."""
    left = dict(CATALOGUE)
    for title, kinds in SECTIONS.items():
        rows = [row for row in left.values() if row.kinds <= kinds]
        left = {code: row for code, row in left.items() if row not in rows}
        yield title, sorted(rows, key=lambda row: (row.severity, row.code))


def _row(row: Entry) -> str:
    department = DEPARTMENTS[row.department].en
    also = f" ({', '.join(DEPARTMENTS[one].en for one in row.also)})" if row.also else ""
    confirmed = f"{row.for_s:g} s, {row.looks} looks" if row.for_s or row.looks > 1 else "at once"
    cells = [
        f"`{row.code}`",
        str(row.severity),
        row.cls,
        row.state,
        confirmed,
        department + also,
        f"{row.respond_by_min} / {row.repair_by_min} min",
        row.latch,
        f"`{row.trouble}`",
        *(text.format(name="…") for text in row.sentence),
    ]
    return f"| {' | '.join(cells)} |"


def _steps() -> Iterator[str]:
    yield "## What to do first\n"
    yield "What a role reads where no more is said below: without danger, then where people may be hurt.\n"
    yield from _table("otherwise", CALM)
    yield from _table("otherwise, in danger", {role: text for role, text in GRAVE.items() if text != CALM[role]})
    for trouble, said in STEPS.items():
        usual = GRAVE if trouble in DANGER else CALM
        yield from _table(f"`{trouble}`", {role: text for role, text in said.items() if text != usual.get(role)})


def _table(title: str, said: dict[Role, Text]) -> Iterator[str]:
    yield f"### {title}\n"
    yield "| role | 中文 | English |"
    yield "|---|---|---|"
    for role, text in said.items():
        yield f"| {'resident' if role == 'resident' else DEPARTMENTS[role].en} | {text.zh} | {text.en} |"
    yield ""

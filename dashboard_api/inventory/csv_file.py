"""The inventory for a spreadsheet: UTF-8 with a byte order mark, one thing a line."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from dashboard_api.desk import Desk
from dashboard_api.inventory.rows import Row, place_name
from dashboard_api.times import iso

PIECE = 500
COLUMNS = (
    *("id", "kind", "name_zh", "name_en", "place_zh", "place_en", "junction", "node", "hangs_on"),
    *("state", "word", "since", "seen", "fault", "lat", "lon", "pole", "breaker", "warranty_end", "contractor"),
    *("software", "software_wanted", "config", "config_wanted", "settings"),
)
# A spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def pieces(desk: Desk, rows: Sequence[Row]) -> Iterator[str]:
    """The file, some hundred lines at a time."""
    yield "\ufeff" + _line(COLUMNS)
    for begin in range(0, len(rows), PIECE):
        yield "".join(_line(_cells(desk, row)) for row in rows[begin : begin + PIECE])


def _cells(desk: Desk, row: Row) -> tuple[str, ...]:
    thing, program = row.thing, row.program
    told = (thing.id, thing.kind, thing.zh, thing.en, place_name(desk, row, "zh"), place_name(desk, row, "en"))
    now = (row.state, row.word, *(iso(at) if at else "" for at in (row.since_ms, row.seen_ms)), row.fault)
    where = tuple("" if one is None else f"{one:.6f}" for one in (row.lat, row.lon))
    runs = (program.software, program.wanted, program.config, program.desired) if program else ("",) * 4
    settings = "; ".join(f"{one.key}={one.value}" for one in thing.settings if one.value)
    hangs = (thing.at, thing.node, " ".join(thing.parents))
    words = (*told, *hangs, *now)
    return (*map(_plain, words), *where, *map(_plain, (*thing.installed.values(), *runs, settings)))


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()

"""The questions in InfluxQL: the one language that InfluxDB 1.x, 2.x and 3 Core all answer. Texts only."""

from gateway.telemetry.rollup import DAY, Level


def name(text: str) -> str:
    """As an identifier."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(text: str) -> str:
    """As a string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def sums(measurement: str, device: str, field: str, level: Level | None, span: tuple[int, int], step_ms: int) -> str:
    """Time, sum, count, least and greatest by step, of points; of rollups also from how many windows."""
    where = f'WHERE "device" = {literal(device)} AND {_within(*span)}'
    by = f"GROUP BY time({step_ms}ms{_offset(level)}) fill(none)"
    if level is None:
        what = ", ".join(f"{how}({name(field)})" for how in ("sum", "count", "min", "max"))
        return f"SELECT {what} FROM {name(measurement)} {where} {by}"
    # Two series of one device (it has moved) may have the same window, which is one.
    figures = (
        f'sum({name(f"sum_{field}")}) AS "s", sum({name(f"count_{field}")}) AS "c", '
        f'min({name(f"min_{field}")}) AS "l", max({name(f"max_{field}")}) AS "h"'
    )
    windows = f"GROUP BY time({level.step_ms}ms{_offset(level)}) fill(none)"
    inner = f"SELECT {figures} FROM {name(level.of(measurement))} {where} {windows}"
    return f'SELECT sum("s"), sum("c"), min("l"), max("h"), count("c") FROM ({inner}) WHERE {_within(*span)} {by}'


def totals(measurement: str, level: Level, span: tuple[int, int]) -> str:
    """Figures of every series, by window; a day's from those of five minutes."""
    if level is DAY:
        what = "sum(/^(sum|count)_/), min(/^min_/), max(/^max_/)"
        return f"SELECT {what} FROM {name(f'{measurement}_5m')} WHERE {_within(*span)} GROUP BY *"
    what = "sum(*), min(*), max(*), count(*)"
    by = f"GROUP BY time({level.step_ms}ms), * fill(none)"
    return f"SELECT {what} FROM {name(measurement)} WHERE {_within(*span)} {by}"


def newest(measurement: str, field: str, where: str) -> str:
    """The newest point that holds ``field``, of those ``where``."""
    return f"SELECT {name(field)} FROM {name(measurement)} WHERE {where} ORDER BY time DESC LIMIT 1"


def oldest(measurement: str, field: str) -> str:
    """The oldest point that holds ``field``."""
    return f"SELECT {name(field)} FROM {name(measurement)} ORDER BY time LIMIT 1"


def _within(from_ms: int, to_ms: int) -> str:
    return f"time >= {from_ms}ms AND time < {to_ms}ms"


def _offset(level: Level | None) -> str:
    return f", {level.offset_ms}ms" if level is not None and level.offset_ms else ""

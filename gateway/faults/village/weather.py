"""Weather: when many cameras see badly at one moment, no camera is at fault.

The vote holds while enough of the fresh cameras are SUSPECT or worse in ``blur``, ``over_exposed`` or ``noise``. Rows
of the vote, and those that begin until some time after it last held, open nothing before then; what was open is closed.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from gateway.faults.catalogue import WEATHER_CODES
from gateway.faults.changes import Fact, Veiled
from gateway.faults.village.cases import Case, Weather, key
from gateway.faults.village.docket import Docket

ASSET = "weather"


def vote(docket: Docket) -> None:
    """Count, after anything that has a vote has changed."""
    blind = {asset for asset, _, _ in _rows(docket)}
    seeing = sum(asset not in docket.unseen for asset in blind)
    rules, now = docket.rules, docket.now
    holds = seeing >= rules.weather_cameras and seeing * rules.weather_one_in >= docket.cameras
    if docket.weather is None:
        if holds:
            _begin(docket, seeing)
        return
    if holds or docket.weather.on:
        docket.weather = replace(docket.weather, on=holds, vote_ms=now)


def _rows(docket: Docket) -> Iterator[tuple[str, str, int]]:
    for doubt in docket.doubts.values():
        if doubt.code in WEATHER_CODES:
            yield doubt.asset, doubt.code, doubt.since_ms
    for case in docket.cases.values():
        if case.code in WEATHER_CODES and case.phase == "confirmed":
            yield case.asset, case.code, case.since_ms


def _begin(docket: Docket, seeing: int) -> None:
    docket.weather = Weather(docket.now, docket.now, True)
    told = False
    fact = Fact(ASSET, {"cameras": seeing, "fresh": docket.cameras, "at_ms": docket.now})
    for case in [case for case in docket.cases.values() if case.code in WEATHER_CODES]:
        told = told or case.told
        _close(docket, case, fact)
    for doubt in list(docket.doubts.values()):
        if doubt.code in WEATHER_CODES:
            _veil(docket, doubt.asset, doubt.code, doubt.since_ms)
    if told:
        docket.tell("update", ASSET, ASSET)
        docket.weather = replace(docket.weather, told=True)


def _close(docket: Docket, case: Case, fact: Fact) -> None:
    """It had been open for itself: it was the weather."""
    _veil(docket, case.asset, case.code, docket.now if case.opened else case.since_ms)
    if case.opened:
        case = docket.explain(docket.reroot(case, ASSET), fact)
        docket.close(case, docket.now, docket.now)
        docket.put(case, opened=False, opened_ms=docket.now, root=None, veiled=True, told=False)
    else:
        docket.put(case, veiled=True)


def _veil(docket: Docket, asset: str, code: str, from_ms: int) -> None:
    if docket.weather is None or key(asset, code) in docket.weather.rows:
        return
    docket.weather = replace(docket.weather, rows={**docket.weather.rows, key(asset, code): from_ms})
    docket.said.append(Veiled(asset, from_ms, None))


def began(docket: Docket, asset: str, code: str, since_ms: int) -> None:
    """A row of such a code began to be bad."""
    if code in WEATHER_CODES and docket.weather is not None:
        _veil(docket, asset, code, since_ms)


def hides(docket: Docket, case: Case) -> bool:
    """Whether the case is the weather's."""
    return docket.weather is not None and case.key in docket.weather.rows


def due_ms(docket: Docket) -> int | None:
    """When it is over; None: there is none, or the vote holds."""
    if docket.weather is None or docket.weather.on:
        return None
    return docket.weather.vote_ms + round(docket.rules.weather_after_s * 1000)


def end(docket: Docket) -> None:
    """What is still bad now is a fault of its own."""
    weather, docket.weather = docket.weather, None
    if weather is None:
        return
    for name, from_ms in weather.rows.items():
        docket.said.append(Veiled(name.partition("/")[0], from_ms, docket.now))
        case = docket.cases.get(name)
        if case is not None:
            docket.put(case, veiled=False)
    if weather.told:
        docket.tell("recovery", ASSET, ASSET)

"""Runs ``dashboard_api`` as it is, at a time that a test sets, and writes down which presses the box carried out.

``python -m tests.integration.front.beside --beside FOLDER [--without age|once] --config FILE``. In FOLDER: ``shift``,
seconds that all clocks of the process are ahead; ``hold``, while it is there a press that was carried out is not
answered yet; the ledger, a line a press. ``--without``: one rule is taken out, for a control.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from starlette.types import ASGIApp

from dashboard_api import main
from dashboard_api.exchange import Answer, Ask
from dashboard_api.front.village import VillageTold
from dashboard_api.outpost import caller, inside
from demo.ledger import Ledger

CARRIED_OUT = "carried_out"


def shift(folder: Path) -> None:
    """Every clock that the process reads goes by the test's time."""

    def ahead_s() -> float:
        return float((folder / "shift").read_text())

    clocks = SimpleNamespace(
        time_ns=lambda: time.time_ns() + round(ahead_s() * 1e9), monotonic=lambda: time.monotonic() + ahead_s()
    )
    main.time = clocks  # type: ignore[assignment,attr-defined]  # the only reader of the clock in the package


def released(hold: Path) -> None:
    """Returns once ``hold`` is gone."""
    while hold.exists():
        time.sleep(0.05)


def book(folder: Path) -> None:
    """What is pressed is written down once the application has dealt with it."""
    ledger, answer = Ledger(folder, CARRIED_OUT, durable=True), inside.answer

    async def booked(app: ASGIApp, ask: Ask) -> Answer:
        made = await answer(app, ask)
        if ask.who is not None:
            ledger.note([{"id": ask.id, "who": ask.who, "status": made.status}])
            await asyncio.to_thread(released, folder / "hold")
        return made

    inside.answer = booked


def run(argv: list[str]) -> int:
    """The program's own exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--beside", type=Path, required=True)
    parser.add_argument("--without", choices=["age", "once"])
    options, rest = parser.parse_known_args(argv)
    shift(options.beside)
    book(options.beside)
    if options.without == "age":
        VillageTold.stale = property(lambda _: False)  # type: ignore[method-assign,assignment]  # a rule taken out
    if options.without == "once":
        caller.REMEMBERED = 0
    return main.main(rest)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

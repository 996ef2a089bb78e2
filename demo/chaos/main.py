"""Breaks nodes, lines, gateway, broker and databases at random, under load, and counts what became of it.

The nodes are the product's own spool and line on cards that a SIGKILL cuts off from their power; the broker is
Mosquitto, which keeps nothing; the gateway is the real process. What was accepted is in ledgers outside the product;
what is stored is read with the database's own library, and from InfluxDB. The faults are a pure function of the seed.
"""

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from demo.chaos import stored, verdict
from demo.chaos.load import node_ids
from demo.chaos.place import Missing, program
from demo.chaos.run import Run
from demo.chaos.setting import Talk
from demo.chaos.stage import OWN_POSTGRES, OWN_SQLITE, NotUp, Order, Stage
from demo.chaos.verdict import Counts, Outcome
from demo.folder import workfolder

BREAKS = ("ack-before-commit", "no-fsync", "accept-gap")
CAP_BYTES, SMALL_BYTES, LEAST_BYTES = 64 << 20, 192 << 10, 96 << 10
LIMIT_S = 5.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__, allow_abbrev=False)
    parser.add_argument("--seconds", type=_seconds, default=60.0, metavar="N", help="load and faults for so long (60)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the faults (1)")
    parser.add_argument(
        "--store", default="sqlite", metavar="URL", help="sqlite, postgres (a server of its own), or a URL (sqlite)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")
    parser.add_argument("--cap", type=_cap, metavar="BYTES|small", help="of each spool; small: it must overflow")
    parser.add_argument("--break", dest="broken", choices=BREAKS, help="take a mechanism out: the run must then fail")
    parser.add_argument("--nodes", type=_nodes, default=6, metavar="K", help="nodes, a process each (6)")
    parser.add_argument("--rate", type=_rate, default=50.0, metavar="R", help="records a second of each node (50)")
    parser.add_argument("--drain-limit", type=_seconds, default=LIMIT_S, metavar="S", help="for a slow machine (5)")
    parser.add_argument("--keep", action="store_true", help="keep the working directory")
    return parser


def _number(text: str, least: float, most: float, what: str) -> float:
    with contextlib.suppress(ValueError):
        if least <= float(text) <= most:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no {what} from {least:g} to {most:g}")


def _seconds(text: str) -> float:
    return _number(text, 5, 86_400, "number of seconds")


def _nodes(text: str) -> int:
    return int(_number(text, 1, 99, "number of nodes"))


def _rate(text: str) -> float:
    return _number(text, 0.1, 1000, "rate")


def _cap(text: str) -> int:
    return 0 if text == "small" else int(_number(text, LEAST_BYTES, 1 << 34, "number of bytes, nor 'small',"))


def main(argv: list[str] | None = None) -> int:
    """0: every promise held; 1: one did not, or it does not come up; 2: a wrong call, or a program is missing."""
    options = _parser().parse_args(argv)
    if options.store not in {OWN_SQLITE, OWN_POSTGRES} and stored.holds_anything(options.store):
        _say(f"--store {options.store}: holds records already; give it an empty database of its own")
        return 2
    with contextlib.redirect_stdout(sys.stderr), workfolder(options.keep) as folder:
        try:
            run = _run(options, folder)
            outcome = run.play()
        except NotUp as error:
            _say(f"FAILED {error}")
            return 1
        except KeyboardInterrupt:
            _say("stopped before the end: nothing was counted")
            return 1
        except Missing as error:
            _say(str(error))
            return 2
    return _tell(options, _result(options, run, outcome), verdict.broken(run.counts, outcome))


def _tell(options: argparse.Namespace, result: dict[str, Any], reasons: list[str]) -> int:
    for reason in reasons:
        _say(reason)
    text = json.dumps(result)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if reasons else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _run(options: argparse.Namespace, folder: Path) -> Run:
    cap, nodes = options.cap, node_ids(options.nodes)
    cap_bytes = CAP_BYTES if cap is None else cap or SMALL_BYTES
    talk = Talk(options.seed, options.rate, cap_bytes, syncs=options.broken != "no-fsync")
    order = Order(nodes, talk, options.store, cap == 0, options.broken, _there("influxd"))
    stage = Stage(order, folder, _say)
    return Run(stage, options.seed, options.seconds, options.drain_limit, cap is not None, _say)


def _there(name: str) -> bool:
    try:
        program(name, os.environ.get("PATH", ""))
    except Missing:
        _say(f"{name} is not installed: telemetry goes to the embedded store, and is not counted")
        return False
    return True


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)


def _result(options: argparse.Namespace, run: Run, outcome: Outcome) -> dict[str, Any]:
    counts: Counts = run.counts
    done = run.stage.hand.done
    return {
        "seed": options.seed,
        "seconds": options.seconds,
        "store": options.store.partition(":")[0],
        "accepted": len(counts.accepted),
        "stored": len(counts.stored),
        "lost": len(counts.lost),
        "lost_named": len(counts.lost_named),
        "duplicated": counts.duplicated,
        "out_of_order": len(counts.disordered),
        "kills": done["kill"],
        "drained_s": _rounded(outcome.drained_s),
        "acked_s": _rounded(outcome.acked_s),
        "stops": done["stop"],
        "cuts": done["cut"] + done["hang"],
        "altered": len(counts.altered),
        "early_acks": len(outcome.early),
        "set_aside": len(counts.given_up),
        "lost_events": len(counts.lost_events),
        "named_torn": len(counts.named_torn),
        "readings": counts.measured.total(),
        "influx": None if outcome.influx is None else sum(outcome.influx.values()),
        "broken": options.broken,
    }

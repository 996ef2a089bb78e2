"""``python -m gateway.dry_run``: what is wanted from standard input, what was found to standard output, both as JSON.

A process of its own, because a month takes minutes, and the pages must go on meanwhile. It changes nothing. How far it
is stands on standard error: ``Step``, percent, and the moment that was reached. Exit status: 0; 1 when it cannot be
done, with the reason as the last line on standard error.
"""

import argparse
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from contracts.inventory import load_inventory
from contracts.yamlfile import InputErrors
from gateway.dry_run import pairing
from gateway.dry_run.journal import Journal
from gateway.dry_run.words import Found, Wanted
from gateway.faults import Rules
from gateway.replay import judges
from gateway.replay.events import TimedEvent
from gateway.replay.report import iso
from gateway.store import StoreError, open_store

# What was told is kept until the end; a gateway's box has four times that.
MOST_BYTES = 1 << 30
STEPS = 200
# More cannot be looked at, and would only fill the memory of the pages.
MOST_ANSWER = 32 << 20


def main(argv: Sequence[str] | None = None) -> int:
    """Judge, and say what differs."""
    argparse.ArgumentParser(
        "python -m gateway.dry_run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args(argv)
    os.nice(10)  # the gateway and the pages go first
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    try:
        wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Wanted)
        body = msgspec.json.encode(found(wanted, _say))
    except (StoreError, InputErrors, OSError, msgspec.MsgspecError) as error:
        print(str(error).replace("\n", "; "), file=sys.stderr)
        return 1
    except MemoryError:
        print("too much happened in that time for the memory; choose fewer days", file=sys.stderr)
        return 1
    if len(body) > MOST_ANSWER:
        print("so much differs that nobody could read it; choose fewer days, or rules nearer to these", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(body)
    return 0


def found(wanted: Wanted, say: Callable[[str], None]) -> Found:
    """What differs. Raises StoreError, InputErrors."""
    village = load_inventory(Path(wanted.inventory))
    now, then = (Rules.model_validate(rules) for rules in (wanted.now, wanted.then))
    with closing(open_store(wanted.database, create=False)) as store:
        journal = Journal(store, village, now, wanted.from_ms, wanted.to_ms)
        reports = judges(journal, (now, then), _watched(wanted, say))
    before, after = (pairing.within(report, wanted.assets) for report in reports)
    left_out = {what: count for what, count in journal.left_out._asdict().items() if count}
    return Found(
        journal.count,
        pairing.faults(before, after),
        pairing.messages(before, after),
        pairing.uptime(before, after),
        left_out,
    )


def _watched(wanted: Wanted, say: Callable[[str], None]) -> Callable[[Iterator[TimedEvent]], Iterator[TimedEvent]]:
    """Say how far the recorded time is."""
    piece_ms = max((wanted.to_ms - wanted.from_ms) // STEPS, 1)

    def watched(events: Iterator[TimedEvent]) -> Iterator[TimedEvent]:
        next_ms = wanted.from_ms
        for event in events:
            yield event
            if event.at_ms >= next_ms:
                part = (event.at_ms - wanted.from_ms) * 100 // (wanted.to_ms - wanted.from_ms)
                say(f"Step {part} {iso(event.at_ms)}")
                next_ms = event.at_ms + piece_ms

    return watched


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

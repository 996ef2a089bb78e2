"""``python -m gateway test-channel``: one trial letter by one way; reads clock, environment and command line."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from contracts.settings import load_settings
from contracts.yamlfile import InputErrors
from gateway.delivery.channels import ChannelError, ChannelSettings, open_channel
from gateway.delivery.trials import TO_PERSONS, letter
from gateway.dispatch.words import Lang, Outcome, Sent
from gateway.settings import SEVERAL, GatewaySettings, resolved
from gateway.store import NotThere, StoreError, open_store

COMMANDS = ("test-channel",)


class _Clocks:
    def __init__(self) -> None:
        self.mono_s, self.sleep = time.monotonic, time.sleep

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


def main(argv: Sequence[str]) -> int:
    """Send one trial, or list the channels. 0 = taken, 1 = not taken, 2 = mistakes in the settings or the command."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        settings = resolved(load_settings(GatewaySettings, options.config, os.environ, options.village), options.config)
    except InputErrors as errors:
        print(errors, file=sys.stderr)
        return 2
    if options.name is None:
        return _listed(settings)
    channel = settings.channels.get(options.name)
    if channel is None:
        names = ", ".join(sorted(settings.channels)) or "none; docs/channels.md says how to set one up"
        print(f"there is no channel {options.name}; there are: {names}", file=sys.stderr)
        return 2
    if channel.kind in TO_PERSONS and not options.to:
        print(f"{options.name} ({channel.kind}) reaches one person: say whom with --to", file=sys.stderr)
        return 2
    try:
        taken = _tried(options.name, channel, options.to, options.lang)
        if taken:
            _remember(settings.database, options.name)
        return 0 if taken else 1
    except ChannelError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway", description="Trial of a way to people.")
    commands = parser.add_subparsers(dest="command", required=True)
    trial = commands.add_parser("test-channel", help="send one trial letter; without NAME: list the channels")
    trial.add_argument("name", nargs="?", metavar="NAME", help="channel, as named in the settings under `channels`")
    trial.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings of the gateway, YAML")
    trial.add_argument("--village", metavar="A", help=SEVERAL)
    trial.add_argument("--to", default="", metavar="ADDRESS", help="telephone number or mail address; none for a room")
    trial.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the trial (default: zh)")
    return parser


def _listed(settings: GatewaySettings) -> int:
    if not settings.channels:
        print("no channels; docs/channels.md says how to set one up")
    for name, channel in sorted(settings.channels.items()):
        print(f"{name}: {channel.kind}, {channel.per_minute} a minute")
    return 0


def _remember(database: str, name: str) -> None:
    """So that the gateway knows that a channel it took for dead is well. Where there is none, nobody has to know."""
    try:
        with closing(open_store(database, create=False)) as store:
            store.letters.worked(name, _Clocks().now_ms())
    except NotThere:
        pass
    except StoreError as error:
        print(f"the gateway does not know of it: {error}", file=sys.stderr)


def _tried(name: str, settings: ChannelSettings, to: str, lang: Lang) -> bool:
    clocks = _Clocks()
    channel = open_channel(name, settings, clocks)
    try:
        outcome = channel.send(letter(to, lang, clocks.now_ms()))
    finally:
        channel.close()
    print(f"{name} ({channel.kind}): {_told(outcome, channel.kind)}")
    return isinstance(outcome, Sent)


def _told(outcome: Outcome, kind: str) -> str:
    if isinstance(outcome, Sent):
        number = f", number {outcome.reference}" if outcome.reference else ""
        if outcome.confirmed:
            return f"confirmed{number}"
        what = "nobody picked up yet" if kind == "voice" else "this way cannot say whether anybody reads it"
        return f"unconfirmed{number}: taken, but {what}; ask whoever should have it, and give a second way"
    if outcome.unknown:
        return f"failed: {outcome.reason}. It may have arrived all the same: look before you try again"
    if outcome.recoverable:
        after = f" in {outcome.retry_after_s:.0f} s" if outcome.retry_after_s else " in a minute"
        return f"failed: {outcome.reason}. It may pass: try again{after}; if it stays, see docs/channels.md"
    return f"failed: {outcome.reason}. It will not pass by itself; correct the settings, docs/channels.md says how"

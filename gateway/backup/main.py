"""``python -m gateway backup`` and ``restore``; reads clock, environment and command line."""

import argparse
import contextlib
import datetime as dt
import os
import re
import shutil
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from contracts.inventory import load_inventory
from contracts.settings import load_settings
from contracts.yamlfile import InputErrors
from gateway.backup.make import STAGING, Wanted, make
from gateway.backup.manifest import BackupError
from gateway.backup.restore import restore
from gateway.machine import note_attempt
from gateway.settings import SEVERAL, GatewaySettings, resolved
from gateway.store import StoreError
from gateway.store.schema import NEWEST
from gateway.store.snapshot import dump_command, sqlite_file

COMMANDS = ("backup", "restore")
STALE_S = 86_400
_OURS = re.compile(r"vsm-\d{8}T\d{6}Z\.tar\.gz")


def main(argv: Sequence[str]) -> int:
    """Make or restore a backup. 0 = done, 1 = could not (nothing is half done), 2 = mistakes in the files."""
    options = _parser().parse_args(argv)
    try:
        done = _backup(options) if options.command == "backup" else _restore(options)
    except InputErrors as errors:
        print(errors, file=sys.stderr)
        return 2
    except (BackupError, StoreError, OSError) as error:
        print(f"{options.command}: failed: {error}", file=sys.stderr)
        _note(options, str(error))
        return 1
    _note(options)
    return done


def _note(options: argparse.Namespace, reason: str = "") -> None:
    """Beside the archives, so that whoever looks after the gateway sees how the newest backup went."""
    if options.command == "backup" and options.into is not None:
        with contextlib.suppress(OSError):  # a folder that cannot be written has been told of already
            note_attempt(options.into, round(dt.datetime.now(dt.UTC).timestamp() * 1000), reason)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway", description="Backups of a gateway.")
    commands = parser.add_subparsers(dest="command", required=True)
    backup = commands.add_parser("backup", help="database, settings, keys and certificates into one archive")
    backup.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings of the gateway, YAML")
    backup.add_argument("--village", metavar="A", help=SEVERAL)
    backup.add_argument(
        "--etc", type=Path, metavar="DIR", help="folder of settings, keys and certificates; default: that of --config"
    )
    where = backup.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE", help="archive to write")
    where.add_argument("--into", type=Path, metavar="DIR", help="folder for an archive named by its time")
    backup.add_argument("--keep", type=_number, metavar="N", help="with --into: delete all but the newest N")
    restore_ = commands.add_parser("restore", help="put an archive back; the gateway must be stopped")
    restore_.add_argument("file", type=Path, help="archive")
    restore_.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="restore below DIR instead of /")
    return parser


def _number(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number above 0")
    return int(text)


def _backup(options: argparse.Namespace) -> int:
    now = dt.datetime.now(dt.UTC)
    settings = resolved(load_settings(GatewaySettings, options.config, os.environ, options.village), options.config)
    database = sqlite_file(settings.database)
    if database is None:
        folder = options.etc or options.config.parent
        raise BackupError(
            f"only SQLite files are backed up here. Keep the database by: {dump_command(settings.database)} "
            "(back by: pg_restore --clean --if-exists --single-transaction --dbname=URL gateway.dump, the gateway "
            f"stopped), and copy {folder}, which holds settings, keys and certificates"
        )
    telemetry = settings.embedded_telemetry
    wanted = Wanted(
        load_inventory(settings.inventory).id,
        version("village-safety-monitor"),
        now.isoformat(timespec="seconds"),
        _plain(database),
        [_plain(telemetry)] if settings.telemetry is None and telemetry.exists() else [],
        [_plain(options.etc or options.config.parent)],
    )
    out = options.out or options.into / f"vsm-{now:%Y%m%dT%H%M%SZ}.tar.gz"
    _sweep_staging(out.parent, now)
    manifest = make(wanted, _plain(out))
    print(
        f"backup: {out}: {len(manifest.files)} files, {out.stat().st_size / 2**20:.1f} MiB, tables {manifest.revision}"
    )
    if settings.telemetry is not None:
        print("backup: the points in InfluxDB are not in it; `influxd backup -portable DIR` keeps them")
    if options.into:
        _keep_newest(options.into, options.keep)
    return 0


def _plain(path: Path) -> Path:
    """Absolute and without "..", as an archive may name it."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # a link stays the link that the settings name


def _sweep_staging(folder: Path, now: dt.datetime) -> None:
    """Forget what a power cut left half done; what is young may be another backup at work."""
    for rest in folder.glob(f"{STAGING}*"):
        if rest.stat().st_mtime < now.timestamp() - STALE_S:
            shutil.rmtree(rest, ignore_errors=True)


def _keep_newest(folder: Path, keep: int | None) -> None:
    archives = sorted(path for path in folder.iterdir() if _OURS.fullmatch(path.name))
    for old in archives[: -keep if keep else 0]:
        old.unlink()
        print(f"backup: {old}: deleted, {keep} newer ones are kept")


def _restore(options: argparse.Namespace) -> int:
    manifest = restore(options.file, options.root.absolute(), lambda text: print(f"restore: {text}", flush=True))
    print(f"restore: {manifest.village} as of {manifest.made}, written below {options.root}")
    if manifest.revision != NEWEST:
        print(
            f"restore: its tables are of revision {manifest.revision}; next: python -m gateway --config FILE --migrate"
        )
    return 0

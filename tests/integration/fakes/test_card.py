"""The card in RAM, under the product's own spool: each process of it ends as a power cut would end it."""

import subprocess
import sys
from pathlib import Path

import pytest

WRITER = """
import os, random, signal, sys
from pathlib import Path
from demo.chaos.card import Card
folder, synced, seed, syncs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "syncs"
Card(folder, random.Random(seed), syncs).insert()
from edge import segments
from edge.spool import Spool
spool = Spool.open(folder, cap_bytes=1 << 20, draw=lambda size: "ab" * size)
print(spool.newest, b"".join(one.body for one in spool.after(0, 100)).decode(), flush=True)
for number in range(synced):
    spool.append(b"%d" % number * 300, boot="b0" * 8, event=False)
    spool.commit()
print(spool.after(0, 100)[-1].body.decode()[-1:], flush=True)
segments.sync_data = lambda fd: os.kill(os.getpid(), signal.SIGKILL)
for number in range(5):
    spool.append(b"x" * 300, boot="b1" * 8, event=False)
spool.commit()
"""


def life(folder: Path, synced: int, seed: int = 1, syncs: str = "syncs") -> list[str]:
    argv = [sys.executable, "-c", WRITER, str(folder), str(synced), str(seed), syncs]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    folder.mkdir()
    return folder


def test_what_was_synced_is_there_after_the_cut(card: Path) -> None:
    life(card, 3)
    newest, held = life(card, 0)[0].split(" ")
    assert int(newest) >= 3
    assert held.startswith("0" * 300 + "1" * 300 + "2" * 300)


def test_some_cuts_tear_what_was_not_synced_and_some_take_all_of_it(tmp_path: Path) -> None:
    found = set()
    for seed in range(6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        life(folder, 1, seed)
        found.add(b"x" in b"".join(file.read_bytes() for file in folder.glob("*/*.seg")))
    assert found == {True, False}


def test_a_card_that_only_says_yes_reads_well_until_the_cut_which_takes_everything(card: Path) -> None:
    assert life(card, 3, syncs="lies")[1] == "2"
    assert life(card, 1, syncs="lies")[0] == "0 "

"""The real node program with cameras that write down what they are told: ``python -m tests.integration.commands.node
--told FILE [--without PART] [--covered] --config FILE``. ``PART`` of the checks is taken out: then its proof must fail.
``--covered``: the cameras are, and show it.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from contracts.inventory import Device
from edge import commands, detect
from edge.album import Pair
from edge.detect.verdict import Verdict, Verdicts, found
from edge.drivers import base
from edge.drivers.base import CameraSample, DriverContext
from edge.main import main as edge

GREY = np.full((1080, 1920, 3), 128, np.uint8)
NOISE = np.random.default_rng(3).integers(0, 256, (1080, 1920, 3), np.uint8)
PARTS = ("signature", "boot", "time", "memory")
_told = Path()


class Camera:
    """One that is always well."""

    def look(self, _now: float) -> CameraSample:
        return CameraSample(link="open", silent_s=0.0, fps=25.0, key_crcs=(1, 2, 3), luma_p99=200.0, luma_mean=100.0)

    def obey(self, name: str, _arguments: Mapping[str, str]) -> str | None:
        with _told.open("a") as file:
            file.write(f"{name}\n")
        return None

    def pictures(self) -> Pair:
        return Pair(GREY, NOISE, ((0.2, 0.2, 0.5, 0.5),))

    def close(self) -> None:
        """Nothing is held."""


def open_driver(_device: object, _context: DriverContext) -> Camera:
    return Camera()


def take_out(part: str) -> None:
    checks: Any = commands.Commands
    if part == "signature":
        checks._is_own = lambda *_: True
    elif part == "memory":
        answer = checks._answer

        def forgets(self: Any, *given: Any) -> None:
            answer(self, *given)
            self._said.clear()

        checks._answer = forgets
    else:
        word = {"boot": "other_boot", "time": "expired"}[part]
        refusal = checks._refusal
        checks._refusal = lambda *given: None if refusal(*given) == word else refusal(*given)


def cover() -> None:
    """From now on every camera is judged to be covered."""

    def covered(_sample: Any, _memory: Any, device: Device, _now: float) -> tuple[Verdicts, None]:
        return {device.id: Verdict("down", findings=found("occluded"))}, None

    detect.JUDGES["camera"] = covered


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--told", type=Path, required=True)
    parser.add_argument("--without", choices=PARTS)
    parser.add_argument("--covered", action="store_true")
    options, rest = parser.parse_known_args()
    globals()["_told"] = options.told
    base.DRIVERS["opencv"] = f"{open_driver.__module__}:{open_driver.__name__}"
    if options.without:
        take_out(options.without)
    if options.covered:
        cover()
    return edge(rest)


if __name__ == "__main__":
    # The driver is found by the module's name, so there must be one copy of it.
    from tests.integration.commands.node import main as once

    sys.exit(once())

"""References as bytes, to be kept on the card, and back."""

import io
import json
import zlib
from dataclasses import asdict, fields, replace
from typing import Any, get_args

import numpy as np

from edge.vision.arrays import COLUMNS, FINE, ROWS
from edge.vision.clockmark import Clock
from edge.vision.quiet import Gaps
from edge.vision.reference import Reference, References
from edge.vision.stripes import BANDS, LAST, PLACES
from edge.vision.window import Mode

# Changes whenever the meaning of a field does: what was learned by other rules is learned anew.
FORMAT = b"VSMV2\n"
# What is known of clock and quiet, by the name of its array.
_STILL = "still"
_GRID = (ROWS, COLUMNS)
_SHAPES: dict[str, tuple[int, ...]] = {
    "grey": (FINE[1], FINE[0]),
    "fine": _GRID,
    "coarse": _GRID,
    "weber": _GRID,
    "sharpness": (2, *_GRID),
    "colour": (*_GRID, 3),
    "profiles": (2, BANDS, PLACES),
    "waves": (2, LAST),
}


def pack(references: References) -> bytes:
    """The bytes of ``references``: a format, a checksum, then numpy's own archive."""
    arrays: dict[str, Any] = {}
    for mode, reference in references.by_mode.items():
        numbers = {}
        for field in fields(Reference):
            value = getattr(reference, field.name)
            if field.name in _SHAPES:
                arrays[f"{mode}.{field.name}"] = np.rint(value).astype(np.uint8) if field.name == "grey" else value
            else:
                numbers[field.name] = value
        arrays[f"{mode}.numbers"] = np.frombuffer(json.dumps(numbers).encode(), np.uint8)
    clock = None if references.clock is None else asdict(references.clock)
    gaps = {mode: asdict(gaps) for mode, gaps in references.gaps.items()}
    arrays[_STILL] = np.frombuffer(json.dumps({"clock": clock, "gaps": gaps}).encode(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    body = file.getvalue()
    return FORMAT + zlib.crc32(body).to_bytes(4, "big") + body


def unpack(content: bytes) -> References:
    """The references of ``content``. Raises ValueError when it is not what :func:`pack` made."""
    head, body = content[: len(FORMAT) + 4], content[len(FORMAT) + 4 :]
    if head != FORMAT + zlib.crc32(body).to_bytes(4, "big"):
        raise ValueError("is no learned view of this program, or is damaged")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            held = {name: np.asarray(arrays[name]) for name in arrays.files}
            modes = [mode for mode in get_args(Mode) if f"{mode}.numbers" in held]
            return _with_stillness(References({mode: _reference(held, mode) for mode in modes}), held)
    except (KeyError, TypeError, OSError, ValueError) as error:
        raise ValueError("holds no learned view") from error


def _with_stillness(references: References, held: dict[str, Any]) -> References:
    """What was learned before clocks were is no worse without one."""
    if _STILL not in held:
        return references
    kept = json.loads(held[_STILL].tobytes())
    gaps: dict[Mode, Gaps] = {mode: Gaps(**kept["gaps"][mode]) for mode in get_args(Mode) if mode in kept["gaps"]}
    if kept["clock"] is None:
        return replace(references, gaps=gaps)
    left, top, right, bottom = kept["clock"].pop("area")
    if not (0 <= left < right <= FINE[0] and 0 <= top < bottom <= FINE[1]):
        raise ValueError("has a clock outside the picture")
    return replace(references, clock=Clock((left, top, right, bottom), **kept["clock"]), gaps=gaps)


def _reference(held: dict[str, Any], mode: Mode) -> Reference:
    arrays = {name: held[f"{mode}.{name}"] for name in _SHAPES}
    if any(array.shape != _SHAPES[name] for name, array in arrays.items()):
        raise ValueError("has arrays of other sizes")
    numbers = json.loads(held[f"{mode}.numbers"].tobytes())
    reference = Reference(**arrays, **numbers)
    return replace(reference, grey=arrays["grey"].astype(np.float16))

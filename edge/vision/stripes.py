"""Regular stripes across or down the picture that the reference does not have."""

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.arrays import Floats, floats

# A profile is the middle of the lines of one band of the picture, at so many places along it. Stripes show in all bands
# alike; what stands in front of the lens, or in the view, shows in some.
BANDS, PLACES = 4, 720
# Of each band so many lines are looked at.
LINES = 12
# Cycles over the picture: fewer are shading, not stripes; more than LAST no encoder keeps.
SLOWEST, LAST = 6, 360
# Stripes are one wave: the peak stands so far above its neighbourhood.
SHARP = 4.0
AROUND = 8
NEAR = 2
# What changed in lessons may change a little more; and a view that shook shows a part of its own waves anew.
OWN = 1.3
SHOOK = 0.3


def profiles_of(image: npt.NDArray[np.uint8]) -> Floats:
    """The profiles of a picture (H, W, 3; BGR) along its height and along its width: (2, 4, 720), grey levels."""
    green = image[:, :, 1]
    step = [max(1, side // (BANDS * LINES)) for side in green.shape]
    upright = np.array_split(green[:, :: step[1]], BANDS, axis=1)
    level = np.array_split(np.ascontiguousarray(green[:: step[0]].T), BANDS, axis=1)
    return floats([[_profile(band) for band in bands] for bands in (upright, level)])


def _profile(band: npt.NDArray[np.uint8]) -> Floats:
    """The middle of each row of ``band``, at PLACES along it."""
    middle = np.sort(band, axis=1)[:, band.shape[1] // 2].astype(np.float32)
    method = cv2.INTER_AREA if len(middle) > PLACES else cv2.INTER_LINEAR
    return floats(cv2.resize(middle.reshape(1, -1), (PLACES, 1), interpolation=method)).ravel()


def waves(profiles: Floats) -> Floats:
    """How high waves are (..., 2, 360), in grey levels, that nearly all bands of ``profiles`` (..., 2, 4, 720) have."""
    found = np.fft.rfft(_quick(profiles) * _WINDOW, axis=-1)[..., :LAST] * (2 / _WINDOW.sum())
    # The second lowest: one band may be too bright or too dark to show anything. Stripes begin together in all bands.
    common = np.partition(np.abs(found), 1, axis=-2)[..., 1, :]
    return floats(np.minimum(common, np.abs(found.mean(axis=-2))))


def new_waves(reference: Floats, profiles: Floats) -> Floats:
    """The waves (2, 360) of ``profiles`` (n, 2, 4, 720) that ``reference`` (2, 4, 720) lacks: the middle of all n."""
    return floats(np.median(waves(_rest(reference, profiles)), axis=0))


def stripes(reference: Floats, usual: Floats, profiles: Floats) -> float:
    """The height in grey levels of the highest sharp wave beyond the ``usual`` (2, 360) of lessons; 0 without one."""
    now, own = new_waves(reference, profiles), waves(reference)
    return max(_sharp(now[side], OWN * _widest(usual[side]) + SHOOK * _widest(own[side])) for side in (0, 1))


def _rest(reference: Floats, profiles: Floats) -> Floats:
    """What is quick in ``profiles``, less what is quick in the reference, with as much contrast in each band."""
    before, now = _quick(reference), _quick(profiles)
    gain = np.clip((now * before).sum(axis=-1) / np.maximum((before * before).sum(axis=-1), 1), 0, 2)
    return floats(now - gain[..., None] * before)


def _quick(profiles: Floats) -> Floats:
    rows = profiles.reshape(-1, PLACES)
    return floats(rows - floats(cv2.blur(rows, (PLACES // 8 | 1, 1)))).reshape(profiles.shape)


def _sharp(now: Floats, usual: Floats) -> float:
    rest = now - usual
    rest[:SLOWEST] = 0
    peak = int(np.argmax(rest))
    if rest[peak] <= 0:
        return 0.0
    low, high = max(SLOWEST, peak - AROUND), peak + AROUND + 1
    around = np.concatenate([now[low : max(low, peak - NEAR)], now[peak + NEAR + 1 : high]])
    return float(rest[peak]) if now[peak] > SHARP * np.median(around) else 0.0


def _widest(heights: Floats) -> Floats:
    """Each wave as high as its highest neighbour: a view that shook a little has the same spectrum."""
    wide = np.pad(heights, NEAR)
    return floats(np.max([wide[shift : shift + len(heights)] for shift in range(2 * NEAR + 1)], axis=0))


_WINDOW = floats(np.hanning(PLACES))

"""What is counted instead of sorted is the same."""

import numpy as np
import pytest

from edge.vision.arrays import median as middle_picture
from edge.vision.arrays import middle_level


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (3, 5), (126, 126), (7, 90)])
@pytest.mark.parametrize("levels", [(0, 256), (0, 2), (254, 256), (90, 110)])
def test_the_middle_level_is_numpys_median(shape: tuple[int, int], levels: tuple[int, int]) -> None:
    for seed in range(20):
        picture = np.random.default_rng(seed).integers(*levels, shape, np.uint8)
        assert middle_level(picture) == np.median(picture)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_middle_picture_is_numpys_median(count: int) -> None:
    pictures = list(np.random.default_rng(count).integers(0, 256, (count, 40, 60), np.uint8))
    assert np.array_equal(middle_picture(pictures), np.median(np.stack(pictures), axis=0).astype(np.uint8))

"""What spoils a camera's picture: the table of all degradations and how one is laid over pictures."""

from collections.abc import Callable
from dataclasses import dataclass

from demo.scene_view import Image
from demo.scenes.paint import Rng, dice_of


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to be spoilt. ``first``: the picture at the onset; ``step``: pictures since then; ``dice``: chance
    that is the same in every step; ``now``: chance of this step alone.
    """

    image: Image
    first: Image
    strength: float
    step: int
    dice: Rng
    now: Rng


Make = Callable[[Shot], Image]


@dataclass(frozen=True, slots=True)
class Degradation:
    """``code``: the fault that it is, with ``also`` as good a name for it; ``unit``: what its strength counts;
    ``steps``: strengths that a camera must notice.
    """

    name: str
    code: str
    unit: str
    steps: tuple[float, ...]
    make: Make
    also: frozenset[str] = frozenset()

    @property
    def right(self) -> frozenset[str]:
        """The codes that say what it is."""
        return self.also | {self.code}


def spoilt(
    image: Image, degradation: Degradation, seed: int, strength: float, step: int = 0, first: Image | None = None
) -> Image:
    """The picture with the degradation laid over it, of the same shape; the same words give the same picture."""
    dice, now = dice_of(degradation.name, seed), dice_of(degradation.name, seed, step)
    return degradation.make(Shot(image, image if first is None else first, strength, step, dice, now))

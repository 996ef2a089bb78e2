"""A picture that stands still while its encoder goes on: no more than a suspicion, since a quiet night looks alike."""

from edge.vision.facts import Facts
from edge.vision.reference import Reference

# So many changes from key to key must be known, and none of them smaller than this (grey levels), before stillness
# means anything; and then nothing may change by more than this share of the smallest.
PAIRS = 6
LIVELY = 0.3
STILL = 0.35


def is_still(facts: Facts, reference: Reference) -> bool:
    """Whether less changes from each key to the next than ever before."""
    if reference.pairs < PAIRS or reference.least < LIVELY or not facts.changes:
        return False
    return max(facts.changes) < STILL * reference.least

"""Measure the picture checks on clips whose truth is known: a manifest in, counts and a sheet of misses out."""

from edge.evaluate.count import FAULTS, Plan, Tally, judge_clip, total
from edge.evaluate.footage import Footage, Sample
from edge.evaluate.judge import Judge, Shipped
from edge.evaluate.manifest import Clip, read

__all__ = [
    "FAULTS",
    "Clip",
    "Footage",
    "Judge",
    "Plan",
    "Sample",
    "Shipped",
    "Tally",
    "judge_clip",
    "read",
    "total",
]

"""``scripts/chaos``: breaks everything of a village at random, under load, and counts what became of it."""

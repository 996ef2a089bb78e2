"""``python -m gateway export``: the journal of a gateway as a history that scripts/replay reads."""

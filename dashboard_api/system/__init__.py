"""How the system itself does: one look at the store, judged against the same limits as its faults."""

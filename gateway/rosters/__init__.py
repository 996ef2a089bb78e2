"""The roster as people keep it: its file, its stored versions, and what is wrong with it."""

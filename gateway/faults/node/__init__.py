"""One node at a time: what it and its devices are seen to do, debounced, and when each was in which state."""

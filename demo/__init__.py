"""A village in a box: shipped fakes that drive the real processes."""

"""Picture checks: what a camera's picture itself tells. Arrays in, facts out: no files, no clock, no threads."""

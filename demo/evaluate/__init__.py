"""The published figures of the picture checks: on drawn scenes, on real clips, on whole days of a camera."""

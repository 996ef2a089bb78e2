"""Lines that the time-series store refused: listed, tried again, forgotten. Its one door is ``main``."""

"""Uptime, and what is made of it: statements, intact rates, months. Pure arithmetic over intervals and windows."""

from gateway.uptime.count import WEATHER_CODES, StateInterval, uptime
from gateway.uptime.figures import MAINS, NOT_CONFIRMED, WEATHER, Headline, Span, Uptime, figures, fleet, percent
from gateway.uptime.intact import INTACT_CLASSES, Share, Standing, intact_at, intact_over
from gateway.uptime.windows import Window, WindowKind, cut, laid, targets

__all__ = [
    "INTACT_CLASSES",
    "MAINS",
    "NOT_CONFIRMED",
    "WEATHER",
    "WEATHER_CODES",
    "Headline",
    "Share",
    "Span",
    "Standing",
    "StateInterval",
    "Uptime",
    "Window",
    "WindowKind",
    "cut",
    "figures",
    "fleet",
    "intact_at",
    "intact_over",
    "laid",
    "percent",
    "targets",
    "uptime",
]

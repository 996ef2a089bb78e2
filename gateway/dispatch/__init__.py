"""Who is told of what, when, by which way, in which words. Values in, values out; ``gateway.delivery`` carries it."""

from gateway.dispatch.days import Calendar, calendar_of
from gateway.dispatch.duty import Gap, gaps, on_duty
from gateway.dispatch.ladder import Subject, climb, first_ms, next_ms
from gateway.dispatch.other_ways import other_ways
from gateway.dispatch.posts import Post, needed_posts, posts
from gateway.dispatch.quiet import digest_before, digest_next, due_ms, is_night
from gateway.dispatch.roster import Duty, Group, HandOver, Person, Roster
from gateway.dispatch.routing import address, way
from gateway.dispatch.setup import Setup
from gateway.dispatch.ways import Way

__all__ = [
    "Calendar",
    "Duty",
    "Gap",
    "Group",
    "HandOver",
    "Person",
    "Post",
    "Roster",
    "Setup",
    "Subject",
    "Way",
    "address",
    "calendar_of",
    "climb",
    "digest_before",
    "digest_next",
    "due_ms",
    "first_ms",
    "gaps",
    "is_night",
    "needed_posts",
    "next_ms",
    "on_duty",
    "other_ways",
    "posts",
    "way",
]

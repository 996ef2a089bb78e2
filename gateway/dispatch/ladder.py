"""The ladder: who is told when nobody takes a fault, or nothing moves. Moments are Unix ms."""

from typing import NamedTuple

from gateway.dispatch.posts import Post, after, centre, department_post, leads, posts
from gateway.dispatch.quiet import MINOR, due_ms
from gateway.dispatch.routing import URGENT, Round, Told, once, reach, row
from gateway.dispatch.setup import Setup
from gateway.dispatch.ways import Way
from gateway.dispatch.words import Address
from gateway.faults.order import OrderState
from gateway.faults.times import DispatchTimes, Steps

TOP = 3


class Subject(NamedTuple):
    """The fault that the ladder is about. ``department``: to whom it was passed on."""

    asset: str
    code: str
    severity: int
    department: str | None = None


def steps_of(times: DispatchTimes, severity: int) -> Steps:
    """Seconds after the first message of each step."""
    if severity == URGENT:
        return times.escalate_urgent_s
    return times.escalate_minor_s if severity >= MINOR else times.escalate_s


def first_ms(times: DispatchTimes, severity: int, told_ms: int) -> int:
    """When step 1 is due for a fault that people were told of at ``told_ms`` and nobody took."""
    return due_ms(times, severity, told_ms + round(steps_of(times, severity)[0] * 1000))


def next_ms(
    times: DispatchTimes, severity: int, told_ms: int, step: int, last_move_ms: int | None, order_state: OrderState
) -> int | None:
    """When the step after ``step`` (0 to 3, the last one reached) is due; None while no step is.

    ``told_ms``: the first message. ``last_move_ms``: the newest of what people did with it (taking it is such a move)
    and, once it was taken or refused, of the steps since; None: nobody did anything.

    - open: by the first message; at the top nobody is left.
    - acked, on_site, fixed: nothing moved for ``stalled_s``; at the top the last step comes again. ``fixed`` is in it
      because a repair that holds is verified within half an hour and closed by then.
    - refused: nobody has it, and whoever refused it is to say who should; the first step's time after that, as for a
      fault that was told of then. At the top nobody is left.
    - suspended: a person set its date, on which it is taken again, so nothing is due before. closed: over.
    """
    since = told_ms if last_move_ms is None else last_move_ms
    steps = steps_of(times, severity)
    if order_state in ("suspended", "closed") or (order_state in ("open", "refused") and step >= TOP):
        return None
    if order_state == "open":
        return due_ms(times, severity, told_ms + round(steps[step] * 1000))
    wait_s = steps[0] if order_state == "refused" else times.stalled_s
    return due_ms(times, severity, since + round(wait_s * 1000))


def climb(setup: Setup, what: Subject, step: int, at_ms: int, told: Told) -> tuple[Address, ...]:
    """The rows of step 1 (the grids' leads, and a second channel of those on duty at the main post), 2 (the head of its
    department) or 3 (the safety centre's head). ``told``: (recipient, channel) of the letters before.

    Never none: where a post has nobody, a row without a recipient says so, and the next step's people are told at once.
    """
    now = Round(what.severity, due_ms(setup.times, what.severity, at_ms), step, told)
    main = posts(setup, what.asset, what.code, what.department)[0]
    rows = _second(setup, main, now) if step == 1 else []
    for post in _level(setup, what.asset, main, step, bool(rows)):
        rows += reach(setup, post, after(setup, post, main), now)
    return once(setup, rows)


def _level(setup: Setup, asset: str, main: Post, step: int, somebody: bool) -> tuple[Post, ...]:
    head = (department_post(setup, main.id, head=True),)
    if step == 1:
        # What stands in no grid has no lead: if there is no second channel either, the head is next.
        return leads(setup, asset) or (() if somebody else head)
    return head if step < TOP else centre(setup)[0]


def _second(setup: Setup, main: Post, now: Round) -> list[Address]:
    """For each on duty a channel that was not tried; at severity 1 one that rings."""
    rows = []
    for person in setup.people(main.key, now.due_ms):
        left = [way for way in setup.ways[person.id] if (person.id, way.channel) not in now.told]
        if left:
            rows.append(row(min(left, key=_loudness) if now.severity == URGENT else left[0], main, now))
    return rows


def _loudness(way: Way) -> int:
    """The loudest first."""
    return {"voice": 0, "sms": 1}.get(way.kind, 2)

"""The gateway's own ailments, from the figures of its machine. Pure: ``gateway.vitals`` reads them.

That its store cannot be written is not judged here: then nothing can be recorded either, and the health check (a
heartbeat that grows old) and the nodes' spools, which are not acknowledged, are what tells. What comes before it, a
disk with almost no room, is.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from contracts.messages import Finding
from gateway.faults.catalogue import entry
from gateway.faults.changes import Confirmed, Ended, NodeChange, Recovering, Relapsed
from gateway.faults.rules import Rules

ASSET = "gateway"
_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
_MB = 1_000_000


class Certificate(Struct, frozen=True, array_like=True):
    """Whose it is, as people call it, and when it ends."""

    name: str
    ends_ms: int


class Silent(Struct, frozen=True, array_like=True):
    """A channel that takes no letters since ``since_ms``."""

    name: str
    since_ms: int


class Vitals(Struct, frozen=True):
    """What is known of the gateway's machine at ``at_ms``; None: it cannot be told, so it is not judged.

    ``broker_lost_ms``: since when the broker is away, 0 = it is there. ``waiting``: telemetry points in the queue.
    ``disk_free`` and ``disk_size`` in bytes, of the disk the database lies on. ``synchronised``: the clock is kept in
    step, and is off by ``off_ms`` at most. ``backup_ms``: when the newest archive was made, or, where there is none
    yet, since when there could be one. ``channels``: those that take no letters.
    """

    at_ms: int
    broker_lost_ms: int | None = None
    waiting: int | None = None
    disk_free: int | None = None
    disk_size: int | None = None
    synchronised: bool | None = None
    off_ms: float | None = None
    certificates: tuple[Certificate, ...] | None = None
    backup_ms: int | None = None
    channels: tuple[Silent, ...] | None = None


def own(vitals: Vitals, rules: Rules) -> tuple[Finding, ...]:
    """What is wrong with the gateway now, each code once, with the figure that says so (``raw``)."""
    return tuple(
        Finding(code, entry(code).state, max(0, vitals.at_ms - since_ms) / 1000, raw=why)
        for judged in (_broker, _queue, _disk, _clock, _certificates, _backup, _channels)
        for code, since_ms, why in judged(vitals, rules)
    )


class Ailment(Struct, frozen=True, omit_defaults=True):
    """One that is seen: bad since ``since_ms``, ``confirmed`` or not yet, good again since ``good_ms``."""

    since_ms: int
    confirmed: bool = False
    good_ms: int | None = None


def turns(known: Mapping[str, Ailment], vitals: Vitals, rules: Rules) -> tuple[dict[str, Ailment], list[NodeChange]]:
    """What to remember of the gateway's ailments after ``vitals``, and what turned by them; as with devices, a code is
    confirmed once it was bad for long enough and over once it was good for long enough. What cannot be judged stays.
    """
    found = {finding.code: vitals.at_ms - round(finding.since_s * 1000) for finding in own(vitals, rules)}
    blind = unchecked(vitals)
    after: dict[str, Ailment] = {}
    told: list[NodeChange] = []
    for code in sorted({*known, *found}):
        if code in blind and code in known:
            after[code] = known[code]
            continue
        ailment, turned = _turn(code, known.get(code), found.get(code), vitals.at_ms, rules)
        told += turned
        if ailment is not None:
            after[code] = ailment
    return after, told


def _turn(
    code: str, known: Ailment | None, bad_ms: int | None, at_ms: int, rules: Rules
) -> tuple[Ailment | None, list[NodeChange]]:
    if bad_ms is not None:
        told: list[NodeChange] = [Relapsed(ASSET, code, at_ms)] if known and known.good_ms is not None else []
        now = Ailment(min(bad_ms, known.since_ms if known else bad_ms), known is not None and known.confirmed)
        if now.confirmed or at_ms - now.since_ms < rules.wait_ms(code):
            return now, told
        return replace(now, confirmed=True), [*told, Confirmed(ASSET, "gateway", code, now.since_ms, at_ms)]
    if known is None or not known.confirmed:
        return None, []
    if known.good_ms is None:
        return replace(known, good_ms=at_ms), [Recovering(ASSET, code, at_ms, at_ms)]
    if at_ms - known.good_ms < round(rules.keep_s * 1000):
        return known, []
    return None, [Ended(ASSET, code, known.good_ms, known.good_ms, at_ms)]


def unchecked(vitals: Vitals) -> tuple[str, ...]:
    """The codes that cannot be judged, for want of a figure."""
    needed: dict[str, tuple[object, ...]] = {
        "broker_away": (vitals.broker_lost_ms,),
        "telemetry_backlog": (vitals.waiting,),
        "store_full": (vitals.disk_free,),
        "gateway_disk_full": (vitals.disk_free, vitals.disk_size),
        "gateway_clock_off": (vitals.synchronised,),
        "certificate_ends": (vitals.certificates,),
        "backup_old": (vitals.backup_ms,),
        "channel_dead": (vitals.channels,),
    }
    return tuple(code for code, figures in needed.items() if None in figures)


# code, since when, why
_Found = Iterator[tuple[str, int, str]]


def _broker(vitals: Vitals, _rules: Rules) -> _Found:
    if vitals.broker_lost_ms:
        yield "broker_away", vitals.broker_lost_ms, "no connection"


def _queue(vitals: Vitals, rules: Rules) -> _Found:
    if vitals.waiting is not None and vitals.waiting >= rules.backlog_points:
        yield "telemetry_backlog", vitals.at_ms, f"{vitals.waiting} points waiting"


def _disk(vitals: Vitals, rules: Rules) -> _Found:
    if vitals.disk_free is None:
        return
    free = f"{vitals.disk_free // _MB} MB free"
    if vitals.disk_free < rules.disk_free_mb * _MB:
        yield "store_full", vitals.at_ms, free
    if vitals.disk_size is not None and vitals.disk_free < rules.disk_free_share * vitals.disk_size:
        yield "gateway_disk_full", vitals.at_ms, f"{free} of {vitals.disk_size // _MB}"


def _clock(vitals: Vitals, rules: Rules) -> _Found:
    if vitals.synchronised is False:
        yield "gateway_clock_off", vitals.at_ms, "not synchronised"
    elif vitals.synchronised and vitals.off_ms is not None and abs(vitals.off_ms) > rules.clock_off_ms:
        yield "gateway_clock_off", vitals.at_ms, f"{abs(vitals.off_ms):.0f} ms off"


def _certificates(vitals: Vitals, rules: Rules) -> _Found:
    """The one that ends first says since when; all of them are named."""
    early_ms = rules.certificate_days * _DAY_MS
    ending = [one for one in vitals.certificates or () if one.ends_ms - vitals.at_ms < early_ms]
    if ending:
        told = ", ".join(f"{one.name}: {_days(one.ends_ms - vitals.at_ms)}" for one in ending)
        yield "certificate_ends", min(one.ends_ms for one in ending) - early_ms, told


def _days(left_ms: int) -> str:
    return f"{left_ms // _DAY_MS} days left" if left_ms > 0 else "ended"


def _backup(vitals: Vitals, rules: Rules) -> _Found:
    if vitals.backup_ms is None:
        return
    due_ms = vitals.backup_ms + rules.backup_hours * _HOUR_MS
    if vitals.at_ms >= due_ms:
        yield "backup_old", due_ms, f"the newest is {(vitals.at_ms - vitals.backup_ms) // _HOUR_MS} h old"


def _channels(vitals: Vitals, _rules: Rules) -> _Found:
    """The one that is dead for longest says since when; all of them are named."""
    if vitals.channels:
        yield (
            "channel_dead",
            min(one.since_ms for one in vitals.channels),
            ", ".join(one.name for one in vitals.channels),
        )

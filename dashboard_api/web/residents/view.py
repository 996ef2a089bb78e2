"""What the residents' templates draw: words, shapes and figures, decided here and only laid out there. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from contracts.inventory import Vehicle
from contracts.states import Word
from dashboard_api.sheet import Charger, Look, Office, Site, Socket, Trouble
from dashboard_api.sight import BEST_FIRST
from dashboard_api.times import clock_text
from dashboard_api.web.residents.spans import lasting
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.view import Pill, word_pill

# What is no danger may be touched, only not used.
HARMLESS: frozenset[Trouble] = frozenset({"fault"})
UNUSABLE: frozenset[Word] = frozenset({"unknown", "out_of_order", "closed"})


@dataclass(frozen=True, slots=True)
class Aged:
    """A moment with words around it: ``空闲 <42 分钟>``. ``text`` is what stands there without a script."""

    before: str
    at_ms: int
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class SocketView:
    """One socket. ``why``: what is wrong; ``danger``: it is not to be touched; ``note``: what else there is to know."""

    id: str
    number: int
    pill: Pill
    word: Word
    said: str
    kw: str
    since: Aged | None
    seen: Aged | None
    why: str
    danger: bool
    note: str


@dataclass(frozen=True, slots=True)
class ChargerView:
    """One charge point with its sockets. ``seen``: the oldest news that is shown of it."""

    id: str
    name: str
    sockets: list[SocketView]
    free: int
    seen: Aged | None


@dataclass(frozen=True, slots=True)
class Group:
    """The chargers of one kind at one place: the figure that stands big. ``free`` None: nothing is known of any."""

    key: str
    name: str
    vehicle: Vehicle
    free: int | None
    total: int
    counts: list[str]
    chargers: list[ChargerView]


@dataclass(frozen=True, slots=True)
class SiteView:
    """A place. ``map_url``: where to go, for a person to press; nothing of it is loaded."""

    id: str
    name: str
    alarm: str
    groups: list[Group]
    free: int | None
    map_url: str


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to ring about what. ``number`` "": nobody wrote one down, and ``advice`` says what to do instead."""

    key: str
    what: str
    who: str
    number: str
    dial: str
    advice: str


def sites(lang: Lang, seen: Look) -> list[SiteView]:
    """Every place with chargers."""
    return [_site(lang, site, seen.now_ms) for site in seen.sites]


def _site(lang: Lang, site: Site, now_ms: int) -> SiteView:
    kinds: tuple[Vehicle, ...] = ("car", "e_bike")
    of = {kind: [charger for charger in site.chargers if charger.vehicle == kind] for kind in kinds}
    groups = [_group(lang, site.id, kind, chargers, now_ms) for kind, chargers in of.items() if chargers]
    known = [group.free for group in groups if group.free is not None]
    name, alarm = site.name.text(lang), "" if site.alarm is None else say(lang, f"res_alarm.{site.alarm}")
    return SiteView(site.id, name, alarm, groups, sum(known) if known else None, map_url(site.lat, site.lon, name))


def _group(lang: Lang, site: str, kind: Vehicle, chargers: Sequence[Charger], now_ms: int) -> Group:
    words = [socket.word for charger in chargers for socket in charger.sockets]
    # "0 free" would be a claim where all that is known is what cannot be used anyway.
    known = "unknown" not in words or not set(words) <= UNUSABLE
    free = words.count("free") if known else None
    drawn = [charger_view(lang, charger, now_ms) for charger in chargers]
    return Group(f"{site}-{kind}", say(lang, f"res.{kind}"), kind, free, len(words), _counts(lang, words), drawn)


def charger_view(lang: Lang, charger: Charger, now_ms: int) -> ChargerView:
    """One charge point."""
    sockets = [_socket(lang, socket, now_ms) for socket in charger.sockets]
    free = sum(socket.word == "free" for socket in sockets)
    seen = min((socket.seen for socket in sockets if socket.seen), key=lambda one: one.at_ms, default=None)
    return ChargerView(charger.id, charger.name.text(lang), sockets, free, seen)


def _counts(lang: Lang, words: Sequence[Word]) -> list[str]:
    """What the others are: how many are free stands big above it."""
    number = Counter(words)
    return [
        say(lang, "res.count", n=number[word], word=say(lang, f"word.{word}").lower())
        for word in BEST_FIRST
        if number[word] and word != "free"
    ]


def _socket(lang: Lang, socket: Socket, now_ms: int) -> SocketView:
    return SocketView(
        socket.id,
        socket.plate.number,
        word_pill(lang, socket.word),
        socket.word,
        socket.said,
        _power(lang, socket),
        _since(lang, socket, now_ms),
        None if socket.seen_ms is None else Aged("", socket.seen_ms, clock_text(socket.seen_ms, now_ms), ""),
        "" if socket.trouble is None else say(lang, f"res_trouble.{socket.trouble}"),
        socket.trouble is not None and socket.trouble not in HARMLESS,
        _note(lang, socket, now_ms),
    )


def _power(lang: Lang, socket: Socket) -> str:
    if socket.plate.power_kw is None:
        return ""
    key = "fast" if socket.plate.plug == "GBT_DC" else "kw"
    return say(lang, f"res.{key}", kw=f"{socket.plate.power_kw:g}")


def _since(lang: Lang, socket: Socket, now_ms: int) -> Aged | None:
    if socket.since_ms is None:
        return None
    before, after = say(lang, f"res_since.{socket.word}", age="|").split("|")
    return Aged(before, socket.since_ms, lasting(lang, socket.since_ms, now_ms), after)


def _note(lang: Lang, socket: Socket, now_ms: int) -> str:
    if socket.word == "closed" and socket.until_ms is not None:
        return say(lang, "res.closed_until", time=clock_text(socket.until_ms, now_ms))
    if socket.word == "not_charging":
        return say(lang, "res.not_seen")
    if socket.word != "unknown":
        return ""
    if socket.before is not None and socket.seen_ms is not None:
        word = say(lang, f"word.{socket.before}").lower()
        return say(lang, "res.last_known", time=clock_text(socket.seen_ms, now_ms), word=word)
    return say(lang, "res.no_news" if socket.seen_ms is None else "res.out_of_reach")


def map_url(lat: float, lon: float, name: str) -> str:
    """Amap's own address for a point given in WGS-84, which it moves to its own grid."""
    asked = urlencode({"position": f"{lon:.6f},{lat:.6f}", "name": name, "coordinate": "wgs84", "callnative": "1"})
    return f"https://uri.amap.com/marker?{asked}"


def calls(lang: Lang, duty: Office | None, operator: Office | None) -> list[Call]:
    """Whom to ring, what is urgent first."""
    fire = Call("fire", say(lang, "res_help.fire"), "", "119", "119", say(lang, "res_help.fire_do"))
    return [fire, _call(lang, "blocked", duty), _call(lang, "payment", operator), _call(lang, "broken", duty)]


def _call(lang: Lang, key: str, department: Office | None) -> Call:
    number = (department.hotline or "") if department else ""
    dial = "".join(letter for letter in number if letter.isdigit() or letter == "+")
    name = department.name.text(lang) if department and number else ""
    advice = say(lang, f"res_help.{key}_do" if number else f"res_help.{key}_no_number")
    return Call(key, say(lang, f"res_help.{key}"), name, number, dial, advice)

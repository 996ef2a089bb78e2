"""One look at the store: places, charge points, sockets, and what may be said of each now."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from contracts.connectors import Connector
from contracts.departments import Department
from contracts.inventory import ChargePoint, Junction, Village, connector_id
from contracts.states import WORDS, Word
from dashboard_api import catalogue, scene, sight
from dashboard_api.desk import Desk
from dashboard_api.public.board import Board
from dashboard_api.public.trouble import of_site, of_socket
from dashboard_api.sheet import Charger, Home, Look, Office, Site, Socket
from dashboard_api.sight import Sight
from gateway.store import FaultRow

T = TypeVar("T")


def board_of(desk: Desk) -> Board:
    """What the public routes of this application work with."""
    junctions = [junction.id for _, junction in desk.village.junctions()]
    return Board(
        lambda: look(desk),
        lambda: desk.feed.seq,
        lambda: desk.places,
        lambda: junctions,
        desk.clock,
        desk.cache,
        desk.published,
        desk.settings.people_url,
        desk.settings.secure,
        desk.settings.ocpi_party_id,
    )


def look(desk: Desk) -> Look:
    """The chargers now. The change number is read first: what changes meanwhile is told again, never missed."""
    now_ms, seq = desk.clock(), desk.feed.seq
    faults = desk.store.open_faults(scene.OPEN_READ)
    windows = desk.store.windows(None, now_ms, now_ms + scene.AHEAD_MS)
    sights = scene.sights_of(desk, faults, windows, now_ms)
    by_id = {seen.place.device: seen for seen in sights}
    of: dict[str, list[FaultRow]] = {}
    for fault in faults:
        of.setdefault(fault.asset, []).append(fault)
    found = [_site(desk.village, junction, by_id, of) for _, junction in desk.village.junctions()]
    sites = tuple(site for site in found if site.chargers)
    newest = sight.newest_ms(by_id[s.id] for site in sites for charger in site.chargers for s in charger.sockets)
    village = desk.village
    home = Home(village.name, village.city, village.timezone, _office(duty(village)))
    silent, turns_ms = scene.is_silent(desk, sights, now_ms), scene.turns_ms(windows, now_ms)
    return Look(home, now_ms, seq, sites, newest, silent, turns_ms)


def _site(
    village: Village, junction: Junction, sights: Mapping[str, Sight], faults: Mapping[str, list[FaultRow]]
) -> Site:
    devices = [device for node in junction.nodes for device in node.devices]
    alarms = [fault.code for device in devices if device.kind == "contact" for fault in faults.get(device.id, ())]
    return Site(
        junction.id,
        junction.name,
        junction.lat,
        junction.lon,
        tuple(_charger(village, device, sights, faults) for device in devices if isinstance(device, ChargePoint)),
        of_site(alarms),
    )


def _charger(
    village: Village, device: ChargePoint, sights: Mapping[str, Sight], faults: Mapping[str, list[FaultRow]]
) -> Charger:
    pile = sights[device.id]
    sockets = []
    for plate in device.connectors:
        name = connector_id(device.id, plate.number)
        sockets.append(_socket(plate, sights[name], pile, [*faults.get(name, ()), *faults.get(device.id, ())]))
    return Charger(device.id, pile.place.name, device.vehicle, _office(operator_of(village, device)), tuple(sockets))


def _socket(plate: Connector, seen: Sight, pile: Sight, faults: list[FaultRow]) -> Socket:
    word: Word = seen.word or "unknown"
    since_ms, trouble = seen.word_since_ms, None
    if word == "out_of_order":
        latched = [fault for fault in faults if catalogue.electrical(fault)]
        # It stays out of order from the danger on until it was measured, whatever the pile says meanwhile.
        since_ms = min((fault.opened_ms for fault in latched), default=since_ms)
        seen_now = [code for one in (seen, pile) if one.row and not one.stale for code in one.row.codes]
        trouble = of_socket([*(fault.code for fault in faults), *seen_now])
    before = seen.row.word if seen.row and seen.stale and word == "unknown" else None
    return Socket(
        seen.place.device,
        seen.place.name,
        plate,
        word,
        None if word == "unknown" else since_ms,
        seen.seen_ms,
        next((one for one in WORDS if one == before and one != "unknown"), None),
        trouble,
        seen.out.until_ms if word == "closed" else None,
        f"{seen.said} {(seen.row.word or '') if seen.row else ''}",
    )


def _office(department: Department | None) -> Office | None:
    return None if department is None else Office(department.id, department.name, department.hotline)


def operator_of(village: Village, device: ChargePoint) -> Department | None:
    """Who runs it: as it says, else the village's only charging operator."""
    if device.operator is not None:
        return next((one for one in village.departments if one.id == device.operator), None)
    return only(one for one in village.departments if one.own_role == "charging_operator")


def duty(village: Village) -> Department | None:
    """Whom residents ring about anything else: the duty phone, else the village committee."""
    of_role = {one.own_role: one for one in village.departments if one.hotline is not None}
    return of_role.get("duty_phone") or of_role.get("village_committee")


def only(departments: Iterable[T]) -> T | None:
    """The one of them; None if there are several, or none."""
    found = list(departments)
    return found[0] if len(found) == 1 else None

"""Evidence at the gateway: a record names pictures, then they come; nothing else is kept, and nothing for ever."""

import hashlib
from dataclasses import dataclass
from itertools import permutations

import pytest
from msgspec.structs import replace

from contracts.inventory import Village
from contracts.messages import Ack, Finding, Picture, Reading, encode
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import Store, StoreError
from gateway.store.evidence import DAY_MOST
from tests.integration.gateway.conftest import BOOT, CARD, NOW, Pi

DAY_MS = 86_400_000
BEFORE, AFTER = b"\xff\xd8\xff\xe0before", b"\xff\xd8\xff\xe0after"


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def asking(village: Village) -> Village:
    """The village whose inventory asks for evidence of the first camera, cam-01."""
    plain = village.model_dump(mode="json", exclude_none=True)
    plain["grids"][0]["junctions"][0]["nodes"][0]["devices"][0]["evidence"] = True
    return Village.model_validate(plain)


@dataclass
class Desk:
    """A gateway that hears nodes; each message is committed by itself."""

    store: Store
    ingest: Ingest
    pi: Pi
    now: int = NOW

    def hear(self, message: tuple[str, bytes]) -> list[tuple[str, Ack]]:
        """What is acknowledged by it."""
        self.ingest.receive(*message, self.now)
        return self.ingest.commit(self.now)

    def find(self, pi: Pi | None = None, device: str = "cam-01", *names: str) -> None:
        """A record tells of a covered camera and names pictures."""
        finding = Finding("occluded", "down", 20.0, 3, e=names or (sha(BEFORE), sha(AFTER)))
        self.hear((pi or self.pi).up(Reading(device, "down", 20.0, 3, f=(finding,)), ts=self.now))

    def send(self, body: bytes, pi: Pi | None = None, device: str = "cam-01") -> tuple[str, ...]:
        """A picture comes; which need not be sent again."""
        pi = pi or self.pi
        acks = self.hear((pi.topic("picture"), encode(Picture(1, pi.stream, pi.boot, device, body))))
        return acks[0][1].pictures if acks else ()

    def kept(self, device: str = "cam-01") -> list[tuple[bool, bool]]:
        return [(row.before, row.after) for row in self.store.evidence(device, "occluded", 0, NOW * 2)]

    def refused(self) -> dict[str, int]:
        return {row.reason: row.count for row in self.store.counters()}


def made(village: Village, rules: Rules, store: Store, pi: Pi) -> Desk:
    ingest = Ingest(village, rules, store, NOW)
    ingest.back(NOW)
    desk = Desk(store, ingest, pi)
    desk.hear(pi.birth())
    return desk


@pytest.fixture
def desk(village: Village, rules: Rules, store: Store, pi: Pi) -> Desk:
    return made(asking(village), rules, store, pi)


def test_pictures_that_a_record_named_are_kept_and_acknowledged(desk: Desk) -> None:
    desk.find()
    assert desk.kept() == []
    assert desk.send(BEFORE) == (sha(BEFORE),)
    assert desk.send(AFTER) == (sha(AFTER),)
    [row] = desk.store.evidence("cam-01", "occluded", NOW, NOW + 1)
    assert (row.before, row.after, row.at_ms, row.node) == (True, True, NOW, "n-01")
    assert desk.store.evidence_picture(row.number, after=False) == BEFORE
    assert desk.store.evidence_picture(row.number, after=True) == AFTER
    assert desk.refused() == {}


@pytest.mark.parametrize("order", list(permutations([BEFORE, AFTER, BEFORE])))
def test_in_any_order_and_doubled_each_is_kept_once(desk: Desk, order: tuple[bytes, ...]) -> None:
    desk.find()
    assert [desk.send(body) for body in order] == [(sha(body),) for body in order]
    assert desk.kept() == [(True, True)]


def test_by_default_nothing_is_kept_whatever_a_node_says(village: Village, rules: Rules, store: Store, pi: Pi) -> None:
    desk = made(village, rules, store, pi)
    desk.find()
    assert desk.send(AFTER) == (sha(AFTER),), "so that the node does not send it for ever"
    assert (desk.kept(), desk.refused()) == ([], {"picture_refused": 1})


def test_a_picture_that_no_record_named_is_refused(desk: Desk) -> None:
    assert desk.send(AFTER) == (sha(AFTER),)
    desk.find()
    desk.send(AFTER + b"!")
    assert (desk.kept(), desk.refused()) == ([], {"picture_not_named": 2})


def test_another_nodes_picture_is_refused(desk: Desk) -> None:
    other = Pi("n-02", "2" * 16, "c" * 16)
    desk.hear(other.birth())
    desk.find()
    desk.send(AFTER, other)
    assert desk.refused() == {"picture_refused": 1}
    desk.find(other)  # it even says in a record of its own that the camera is its
    desk.send(AFTER, other)
    assert (desk.kept(), desk.refused()) == ([], {"picture_refused": 2, "unknown_device": 1})
    assert desk.send(AFTER) == (sha(AFTER),)
    assert desk.kept() == [(False, True)]


def test_what_is_no_jpeg_is_refused(desk: Desk) -> None:
    desk.find(None, "cam-01", sha(b"<html>"))
    desk.send(b"<html>")
    assert (desk.kept(), desk.refused()) == ([], {"picture_refused": 1})


def test_what_is_too_large_is_not_even_read(desk: Desk) -> None:
    desk.hear((desk.pi.topic("picture"), encode(Picture(1, CARD, BOOT, "cam-01", b"\xff\xd8\xff" + bytes(70_000)))))
    assert desk.refused() == {"malformed": 1}


def test_a_gateway_that_dies_between_the_commit_and_the_ack_has_it_once(
    desk: Desk, village: Village, rules: Rules
) -> None:
    desk.find()
    desk.send(AFTER)  # its ack is lost with the gateway
    desk.ingest = Ingest(asking(village), rules, desk.store, NOW)
    desk.ingest.back(NOW)
    desk.hear(desk.pi.birth())
    assert desk.send(AFTER) == (sha(AFTER),)
    assert (desk.kept(), desk.refused()) == ([(False, True)], {})


def test_nothing_is_acknowledged_that_is_not_committed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.find()
    record = Store.record
    monkeypatch.setattr(Store, "record", _refuses)
    with pytest.raises(StoreError):
        desk.send(AFTER)
    assert desk.kept() == []
    monkeypatch.setattr(Store, "record", record)
    assert [ack.pictures for _, ack in desk.ingest.commit(NOW)] == [(sha(AFTER),)]
    assert desk.kept() == [(False, True)]


def _refuses(*_: object) -> None:
    raise StoreError("full")


def test_it_is_forgotten_after_its_days_and_not_before(desk: Desk) -> None:
    desk.find()
    desk.send(AFTER)
    assert desk.store.sweep_evidence(NOW + 30 * DAY_MS, 30) == 0
    assert desk.kept() == [(False, True)]
    assert desk.store.sweep_evidence(NOW + 30 * DAY_MS + 1, 30) == 1
    assert desk.kept() == []
    desk.send(AFTER)
    assert desk.refused() == {"picture_not_named": 1}


def test_a_node_that_has_gone_mad_fills_no_database(desk: Desk) -> None:
    for number in range(DAY_MOST + 5):
        desk.find(None, "cam-01", sha(AFTER + b"%d" % number))
    assert len(desk.send(AFTER + b"1")) == 1
    desk.send(AFTER + b"%d" % (DAY_MOST + 1))
    assert desk.refused() == {"picture_not_named": 1}


def test_the_same_finding_said_again_is_one(desk: Desk) -> None:
    for _ in range(3):
        desk.find()
    desk.send(AFTER)
    assert len(desk.kept()) == 1


def test_the_ack_says_how_far_records_are_as_well(desk: Desk) -> None:
    desk.find()
    message = desk.pi.topic("picture"), encode(Picture(1, CARD, BOOT, "cam-01", AFTER))
    [(node, ack)] = desk.hear(message)
    assert (node, replace(ack, pictures=())) == ("n-01", Ack(1, CARD, desk.pi.n, BOOT))

"""From a message to a committed record: parse, order, judge, record, and only then acknowledge.

What was committed is kept as values; what is being worked on is a :class:`Draft`. If a commit fails the draft stays
as it is and is tried again; if another worker was faster everything is read anew and the nodes send again.
"""

from collections.abc import Callable, Iterable, Sequence

import structlog
from msgspec.structs import replace

from contracts.inventory import Village
from contracts.messages import Ack, BadMessage, Birth, Picture, Probe, StateMessage, Up, decode
from contracts.topics import DOWN_LEAVES, GATEWAY, BadTopic, Topic, parse
from gateway import applied, evidence, faults, people, remembered, traffic
from gateway.applied import Applied
from gateway.clocks import moment, stamp
from gateway.deadlines import Deadlines
from gateway.dispatch import Setup
from gateway.draft import Draft, Scene, Work
from gateway.effects import places
from gateway.faults import (
    Acknowledge,
    Cancelled,
    Event,
    GatewayAway,
    Link,
    NodeChange,
    NodeWatch,
    Noted,
    Planned,
    Record,
    Rules,
    Tick,
    VillageEvent,
)
from gateway.faults.village import own as ailing
from gateway.faults.village.own import Vitals
from gateway.identity import born, flipped, unborn
from gateway.ordering import Greeting, greet, place
from gateway.people import Known, Refused, Wish
from gateway.store import FaultRow, InputDone, InputRow, OrderMove, Store

log = structlog.get_logger(__name__)

ALIVE_MS = 20_000


class Ingest:
    """All nodes of one village. Not for several threads. ``setup``: who is told, as it is at each moment."""

    def __init__(
        self, village: Village, rules: Rules, store: Store, now_ms: int, setup: Callable[[], Setup] | None = None
    ) -> None:
        self._village, self._rules, self._store = village, rules, store
        self._places, self._plan = places(village), faults.plan(village, rules)
        nobody = Setup(village, None, {}, rules.dispatch)
        self._scene = Scene(
            village, self._places, self._plan.sites, round(rules.reopen_s * 1000), setup or (lambda: nobody)
        )
        self._sites = {**{node: (node,) for nodes in self._plan.sites.values() for node in nodes}, **self._plan.sites}
        self._known = Known(nobody, self._places, self._sites)
        self._told: set[tuple[str, str]] = set()
        self._topics: dict[str, Topic] = {}
        self._live = {row.device: row for row in store.devices()}
        self._heard = False
        self._begun_ms = now_ms
        self._second = now_ms // 1000
        self._load(now_ms)

    def _load(self, now_ms: int) -> None:
        """Go on from what is stored. The gateway was away since it last committed, until it hears its broker."""
        known = remembered.read(self._store, self._village, self._rules, now_ms)
        self._nodes, self._whole, self._away_ms = known.nodes, known.whole, known.last_ms
        self._draft = Draft(self._nodes, self._live, self._whole, self._scene)
        self._deadlines = Deadlines(self._nodes)
        for name, (watch, said) in known.started.items():
            self._take(name, watch, said, now_ms)
        for name, gone in known.gone.items():
            self._forget(name, gone, now_ms)
        self._rule(faults.orphans(self._draft.watch, (watch for watch, _ in known.started.values())), now_ms)

    def _forget(self, node: str, watch: NodeWatch | None, now_ms: int) -> None:
        """A node that left the inventory: its faults end, once, since nobody would close them."""
        log.info("no longer in the inventory", node=node)
        self._draft.batch.forgotten.append(node)
        self._rule(faults.leave(watch, now_ms) if watch else (), now_ms)

    def begin(self, now_ms: int) -> None:
        """As after a start, no silence counts before one limit has passed from now."""
        nodes = [self._draft.node(node) for node in self._nodes]
        self._draft.rule(faults.begin(nodes, now_ms, self._draft.watch), ())
        for node in self._nodes:
            before = self._draft.work(node).watch
            self._take(node, *faults.start(self._village, node, self._rules, now_ms, before), now_ms)

    def away(self, at_ms: int) -> None:
        """The broker can no longer be heard."""
        if self._away_ms is None:
            self._away_ms = at_ms
            self._draft.happened(at_ms, {"t": stamp(at_ms), "gateway": "broker_lost"})

    def back(self, now_ms: int) -> None:
        """The gateway hears its broker, for the first time or again."""
        since_ms, self._away_ms = self._away_ms, None
        if since_ms is not None:
            self._announce(GatewayAway(since_ms, now_ms), now_ms)
        self.begin(now_ms)
        if self._heard:
            self._draft.happened(now_ms, {"t": stamp(now_ms), "gateway": "broker_back"})
            return
        self._heard = True
        if since_ms is not None:
            self._draft.happened(since_ms, {"t": stamp(since_ms), "gateway": "stop"})
        self._draft.happened(now_ms, {"t": stamp(now_ms), "gateway": "start"})

    # Messages

    def receive(self, topic: str, payload: bytes, received_ms: int, retained: bool = False) -> None:
        """Take one message into the draft. Whatever it holds, nothing stops: what cannot be used is counted."""
        where = self._topics.get(topic) or self._topic(topic, payload)
        if where is None:
            return
        if received_ms // 1000 > self._second and self._away_ms is None:
            self.tick(received_ms)  # what was due at any node before this second came before this message
        if not retained:  # that comes from the broker, not over the node's line
            self._draft.work(where.node).passed += traffic.size(topic, payload)
        try:
            self._dispatch(where.node, where.leaf, payload, received_ms, retained)
        except BadMessage as error:
            self._bad("malformed", where.node, f"{where.leaf}: {error}: ", payload)

    def _topic(self, topic: str, payload: bytes) -> Topic | None:
        """A topic seen for the first time; only those of our own nodes are remembered, so their number is bounded."""
        try:
            where = parse(topic)
        except BadTopic:
            self._bad("unknown_topic", "", f"{topic}: ", payload)
            return None
        if where.node == GATEWAY and where.village == self._village.id:
            return None  # our own word: the filters for nodes match it too
        if where.village != self._village.id or where.node not in self._nodes:
            self._bad("unknown_node", "", f"{topic}: ", payload)
            return None
        self._topics[topic] = where
        return where

    def _dispatch(self, node: str, leaf: str, payload: bytes, received_ms: int, retained: bool) -> None:
        work = self._draft.work(node)
        if leaf == "up":
            self._record(work, decode(Up, payload), payload, received_ms)
        elif leaf == "birth":
            self._birth(work, decode(Birth, payload), received_ms, retained)
        elif leaf == "probe":
            self._probe(work, decode(Probe, payload), received_ms)
        elif leaf == "picture":
            for wrong in evidence.take(self._draft, work, self._places, decode(Picture, payload), received_ms):
                self._bad("picture_refused", node, wrong, b"")
        elif leaf == "state":
            self._state(work, decode(StateMessage, payload), received_ms, retained)
        else:
            reason = "not_for_gateway" if leaf in DOWN_LEAVES else "not_used"
            self._bad(reason, node, f"{leaf}: ", payload)

    def _record(self, work: Work, up: Up, payload: bytes, received_ms: int) -> None:
        order, decision = place(work.order, up)
        if decision.fate == "duplicate":
            work.ack = True  # its ack was lost on the way
        if decision.fate != "apply" and not decision.moves_live:
            return
        clock, when = moment(work.clock, up, received_ms)
        work.order = order
        if decision.fate == "apply":
            work.clock, work.ack, work.quality = clock, True, up.tq
            record = Applied(up, decision, when, payload, received_ms)
            for reason, what in applied.write(self._draft, work, self._places, record):
                self._bad(reason, work.node, what, b"")
        history = not decision.moves_live
        live = decision.fate != "apply"
        event = Record(when.event_ms, up.r, live=live, history=history, boot=up.boot, received_ms=received_ms)
        self._judge(work, event, up.n)
        if decision.moves_live:
            for reading in up.r:
                self._draft.show(work, reading.d, reading, up.n)

    def _birth(self, work: Work, birth: Birth, received_ms: int, retained: bool) -> None:
        said = self._greet(work, birth.stream, received_ms, retained)
        work.flips, late = born(work.flips, birth.stream)
        work.told(birth, received_ms, retained)
        if birth.aside and (said.switched or said.new or late):
            self._judge(work, Noted("card_damaged_or_cloned", received_ms))
        if birth.aside:
            self._bad("records_set_aside", work.node, f"{birth.aside} records, now stream {birth.stream}", b"")
        # A retained birth may be long past; whether its node is there says the retained state.
        if not retained:
            self._judge(work, Link("up", birth.boot, received_ms))

    def _probe(self, work: Work, probe: Probe, received_ms: int) -> None:
        if self._greet(work, probe.stream, received_ms).new:
            work.flips = unborn(work.flips, probe.stream)
        if self._is_news(work, probe.boot):
            self._judge(work, Link("up", probe.boot, received_ms))

    def _greet(self, work: Work, stream: str, received_ms: int, retained: bool = False) -> Greeting:
        work.order, said = greet(work.order, stream, retained)
        work.ack = True
        if said.switched and not said.replaced:
            work.flips, begins = flipped(work.flips, received_ms)
            if begins:
                log.warning("two computers say that they are one node", node=work.node)
                self._judge(work, Noted("duplicate_node_identity", received_ms))
        if said.replaced:
            log.warning("node storage replaced", node=work.node, stream=stream)
            self._judge(work, Noted("node_storage_replaced", received_ms))
        return said

    def _state(self, work: Work, message: StateMessage, received_ms: int, retained: bool) -> None:
        if message.s == "ready":
            if retained and self._is_news(work, message.boot):
                self._judge(work, Link("up", message.boot, received_ms, kept=True))
        elif not (retained and work.watch.link == message.s):
            self._judge(work, Link(message.s, message.boot, received_ms))

    def _is_news(self, work: Work, boot: str) -> bool:
        """Whether the birth of ``boot`` was never heard; without it, its will would count as that of another life."""
        return work.watch.link != "up" or work.watch.boot != boot

    def _judge(self, work: Work, event: Event, n: int = 0) -> None:
        stepped = self._step(work, event)
        if stepped is None:
            return
        if isinstance(event, Link):
            self._draft.happened(event.at_ms, {"t": stamp(event.at_ms), "node": work.node, "link": event.state})
        self._take(work.node, *stepped, event.received_ms if isinstance(event, Record) else event.at_ms, n)

    def _step(self, work: Work, event: Event) -> faults.Step | None:
        """The node's engine; None where it breaks."""
        try:
            return faults.step(work.watch, event, self._rules)
        except Exception:  # one record that breaks the judgement must not stop the others: it is stored, unjudged
            log.exception("not judged", node=work.node, at_event=type(event).__name__)
            self._bad("not_judged", work.node, repr(event)[:400], b"")
            return None

    def _take(self, node: str, watch: NodeWatch, changes: Sequence[NodeChange], now_ms: int, n: int = 0) -> None:
        """What a node's engine remembers and says, and what the village's judgement makes of it."""
        work = self._draft.work(node)
        work.watch = watch
        self._draft.apply(work, changes, n)
        self._rule(changes, now_ms, n)

    def _rule(self, said: Sequence[NodeChange], now_ms: int, n: int = 0) -> None:
        try:
            ruled = faults.judge(self._draft.watch, self._plan, said, now_ms, self._rules)
        except Exception:  # as with a node: what breaks the judgement must not stop all the rest, at every start anew
            log.exception("the village is not judged")
            self._rule_singly(said, now_ms, n)
            return
        self._draft.rule(*ruled, n)

    def _rule_singly(self, said: Sequence[NodeChange], now_ms: int, n: int) -> None:
        for change in said:
            try:
                ruled = faults.judge(self._draft.watch, self._plan, (change,), now_ms, self._rules)
            except Exception:
                log.exception("not judged", at_change=type(change).__name__)
                self._bad("not_judged", "", repr(change)[:400], b"")
            else:
                self._draft.rule(*ruled, n)

    def _announce(self, event: VillageEvent, now_ms: int) -> None:
        self._draft.rule(*faults.tell(self._draft.watch, self._plan, event, now_ms, self._rules))

    def reach(self, node: str, now_ms: int) -> tuple[str, int] | None:
        """The process start of ``node`` that is there now, and its monotonic milliseconds at ``now_ms``, rather too few
        than too many; None where no record of it was heard, or the node is away or a stranger."""
        state = self._nodes.get(node)
        if state is None or self._away_ms is not None or state.watch.link != "up" or state.watch.boot is None:
            return None
        zero_ms = state.memory.clock.offsets.get(state.watch.boot)
        return None if zero_ms is None or zero_ms > now_ms else (state.watch.boot, now_ms - zero_ms)

    def dropped(self, node: str, count: int) -> None:
        """Messages were refused unread."""
        known = node if node in self._nodes else ""
        self._draft.count("flood", known, node, count)
        self._tell("flood", known, node)

    def _bad(self, reason: str, node: str, what: str, payload: bytes) -> None:
        sample = (what + payload[:400].decode("utf-8", "backslashreplace")).replace("\0", r"\0")
        self._draft.count(reason, node, sample)
        self._tell(reason, node, sample)

    def _tell(self, reason: str, node: str, sample: str) -> None:
        """Log a kind of bad input once; how often it comes is counted in the store."""
        if (reason, node) not in self._told:
            self._told.add((reason, node))
            log.warning("bad input", reason=reason, node=node, sample=sample)

    # Time and people

    def tick(self, now_ms: int) -> None:
        """Fire the deadlines that are due, in their order over all nodes."""
        self._second = now_ms // 1000
        said: list[NodeChange] = []
        for node in self._deadlines.due(self._draft, now_ms):
            work = self._draft.work(node)
            stepped = self._step(work, Tick(now_ms))
            if stepped is not None:
                work.watch, changes = stepped
                self._draft.apply(work, changes)
                said += changes
        if said or faults.next_village_deadline(self._draft.watch) <= now_ms:
            self._rule(faults.in_order(said), now_ms)
        elif now_ms - self._draft.watch.now_ms > ALIVE_MS:  # so that a restart knows how long nobody was here
            self._draft.rule(replace(self._draft.watch, now_ms=now_ms), ())

    def own(self, vitals: Vitals, now_ms: int) -> None:
        """The figures of the gateway's own machine."""
        never_ms = 0 if self._heard else self._begun_ms
        vitals = replace(vitals, broker_lost_ms=never_ms if self._away_ms is None else self._away_ms)
        ailments, turned = ailing.turns(self._draft.watch.ailments, vitals, self._rules)
        if ailments != self._draft.watch.ailments:
            self._draft.rule(replace(self._draft.watch, ailments=ailments), ())
        self._rule(turned, now_ms)

    def person(self, row: InputRow, fault: FaultRow | None, now_ms: int) -> None:
        """Apply or refuse what a person asked for; ``fault`` is the one it names, as stored now."""
        try:
            wish = people.wish(row, fault, self._known, now_ms)
            if isinstance(wish, OrderMove):
                self._draft.move(wish, fault)
            else:
                self._apply(row, wish, now_ms)
        except Refused as error:
            self._draft.batch.inputs.append(InputDone(row.id, "refused", str(error)))
        except Exception:  # an input that breaks the judgement must not be tried for ever: nothing of it was applied
            log.exception("input not judged", input=row.id)
            self._draft.batch.inputs.append(InputDone(row.id, "refused", "the gateway could not judge it; see its log"))

    def _apply(self, row: InputRow, wish: Wish, now_ms: int) -> None:
        if isinstance(wish.event, Acknowledge):
            self._acknowledge(wish.event, wish, now_ms)
        else:
            self._announce(wish.event, now_ms)
            if isinstance(wish.event, Planned | Cancelled):
                for node in self._sites.get(wish.event.target, ()):
                    self._judge(self._draft.work(node), wish.event)
        if wish.window is not None:
            self._draft.batch.windows.append(wish.window)
        self._draft.happened(now_ms, wish.line)
        self._draft.batch.inputs.append(InputDone(row.id, "applied"))

    def _acknowledge(self, event: Acknowledge, wish: Wish, now_ms: int) -> None:
        node = self._draft.node_of(event.asset) if wish.engine else None
        # A cause behind several faults is at no node, and nothing is latched by it.
        stepped = None if node is None else self._step(self._draft.work(node), event)
        if node is not None and stepped is None:
            raise Refused("the gateway could not judge it; see its log")
        if wish.taken is not None:  # it comes before the end that it may bring
            self._draft.batch.faults.append(self._draft.taken(event, wish.taken))
        if node is not None and stepped is not None:
            self._take(node, *stepped, now_ms)

    # The commit

    def size(self) -> int:
        """Records that wait for the commit."""
        return len(self._draft.batch.records)

    def commit(self, now_ms: int) -> list[tuple[str, Ack]]:
        """Store the draft and keep it as the truth; the acks that may go out now.

        Raises StoreError: nothing is stored and the draft stays for another try. Raises Conflict: begin with a new
        Ingest.
        """
        draft = self._draft
        batch = draft.finish(now_ms)
        if not batch.empty():
            self._store.record(batch)
        for work in draft.works.values():
            if work.moved():
                self._nodes[work.node] = work.after(draft.batch.version)
                self._deadlines.put(work.node, faults.next_deadline(work.watch))
        self._whole = draft.whole()
        self._live.update(draft.live)
        self._draft = Draft(self._nodes, self._live, self._whole, self._scene)
        return list(_acks(work for work in draft.works.values() if work.ack))


def _acks(works: Iterable[Work]) -> Iterable[tuple[str, Ack]]:
    for work in works:
        card = work.order.card()
        if work.order.current is not None:
            yield work.node, Ack(1, work.order.current, card.done, card.done_boot, tuple(work.pictures))

"""From rows of the outbox to the letter that a channel is given: what they speak of, as it is now, in plain words."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from contracts.inventory import Name, Village
from contracts.names import WEATHER, name_of, names, place_of
from gateway.delivery.settings import DispatchSettings
from gateway.dispatch import Setup, Way, digests, links, sentences, way
from gateway.dispatch.post_names import post_name
from gateway.dispatch.subject import Reader, Subject, Words
from gateway.dispatch.words import Letter
from gateway.faults.catalogue import DEPARTMENTS
from gateway.faults.catalogue.texts import Role
from gateway.faults.kinds import AssetKind
from gateway.store import Claimed, FaultRow, OutboxRow, Store, Told

GONE = "the roster has no address for the recipient on this channel any more"
_TAKEN_BY_LINK = frozenset({"problem", "reminder"})
_ENDS = frozenset({"recovery", "flapping_end"})


class Writer:
    """``setup``: how the village stands now; ``settings``: where links lead and what signs them."""

    def __init__(
        self,
        village: Village,
        store: Store,
        setup: Callable[[], Setup],
        settings: DispatchSettings,
        now_ms: Callable[[], int],
    ) -> None:
        self._village, self._store, self._setup, self._settings, self._now_ms = village, store, setup, settings, now_ms
        self._names = names(village)
        self._grids = {junction.id: grid.name for grid, junction in village.junctions()}
        self._places = village.places()

    def write(self, claimed: Claimed) -> Letter | str:
        """The letter; a text: why there is none."""
        row, setup = claimed.row, self._setup()
        to = way(setup, row.recipient, row.channel)
        if to is None:
            return GONE
        now_ms = self._now_ms()
        told = self._store.letters.told([row] if not claimed.parts else [row, *claimed.parts])
        subjects = [self._subject(one) for one in told if one.message is not None or one.fault is not None]
        if not subjects:
            return "what it spoke of is gone"
        link = self._link(row, told[0].fault, now_ms, setup)
        words = self._words(row, subjects, Reader(to.lang, _role(row.role), now_ms), link)
        return self._letter(row, to, words, link)

    def _letter(self, row: OutboxRow, to: Way, words: Words, link: str | None) -> Letter:
        return Letter(
            key=f"{self._village.id}-{row.id}-{row.made_ms}",
            to=to.to,
            lang=to.lang,
            kind=row.kind,
            severity=row.severity,
            title=words.title,
            text=words.text,
            template=words.template,
            variables=words.variables,
            link=link,
        )

    def _words(self, row: OutboxRow, subjects: Sequence[Subject], reader: Reader, link: str | None) -> Words:
        ring = self._ring()
        if row.kind == "summary":
            return digests.summary(_newest(subjects), reader, ring, self._settings.staff_url)
        if row.kind == "digest":
            return digests.digest(_newest(subjects), reader, ring, self._settings.staff_url)
        return sentences.write(_one(subjects), reader, link, ring)

    def _ring(self) -> str | None:
        roster = self._setup().roster
        return f"{roster.desk.name} {roster.desk.phone}" if roster is not None and roster.desk is not None else None

    def _link(self, row: OutboxRow, fault: FaultRow | None, now_ms: int, setup: Setup) -> str | None:
        url, key = self._settings.public_url, self._settings.link_key
        if url is None or key is None or fault is None or row.kind not in _TAKEN_BY_LINK or fault.acknowledged_by:
            return None
        until_ms = now_ms + round(setup.times.link_s * 1000)
        token = links.sign(key.get_secret_value().encode(), fault.id, row.recipient, fault.reopened, now_ms, until_ms)
        return f"{url.rstrip('/')}/a/{token}"

    def _subject(self, told: Told) -> Subject:
        row, message, fault = told.row, told.message, told.fault
        about = told.member if row.kind == "update" and told.member is not None else fault
        asset = about.asset if about else message.asset if message else ""
        at_ms = message.at_ms if message else row.made_ms
        subject = Subject(
            kind=row.kind if row.kind not in {"summary", "digest"} else "recovery",
            asset=asset,
            asset_kind=self._kind(asset, about),
            name=name_of(self._names, asset),
            place=self._place(asset, about),
            codes=(about.code if about else message.code if message else "",),
            severity=row.severity,
            since_ms=about.opened_ms if about else at_ms,
            at_ms=at_ms,
            grid=self._grids.get(self._junction(asset, about)),
            fault=fault.id if fault else None,
            ended_ms=_ended_ms(row, fault, at_ms),
            facts=about.facts if about else (),
            names=self._names,
            cause=name_of(self._names, message.asset) if message and row.kind == "update" else None,
            step=row.step,
            post=row.post,
        )
        return self._more(subject, told)

    def _more(self, subject: Subject, told: Told) -> Subject:
        if subject.kind == "reminder" and told.fault is not None and told.message is not None:
            return replace(
                subject,
                told_ms=told.message.at_ms,
                told=self._told(told.fault.id, subject.step),
                taken_by=told.fault.acknowledged_by,
                taken_ms=told.fault.acknowledged_ms,
            )
        if subject.kind == "flapping_end":
            live = self._store.device(subject.asset)
            return replace(subject, state=live.state if live else "unknown")
        return subject

    def _kind(self, asset: str, fault: FaultRow | None) -> AssetKind:
        if fault is not None:
            return fault.asset_kind  # type: ignore[return-value]  # it was written from such a word
        return self._places[asset].kind if asset in self._places else "village" if asset == WEATHER else "node"

    def _told(self, fault: str, step: int) -> tuple[Name, ...]:
        """The posts that heard of it before this step, as people call them."""
        posts = (row.post for row in self._store.letters.of_fault(fault) if row.step < step and row.recipient)
        return tuple(post_name(self._village, post) for post in dict.fromkeys(posts))

    def _junction(self, asset: str, fault: FaultRow | None) -> str:
        place = self._places.get(asset)
        return fault.junction if fault and fault.junction else place.junction if place else ""

    def _place(self, asset: str, fault: FaultRow | None) -> Name:
        """Its junction's name; the village's for a feeder, a line, a road, the gateway."""
        return place_of(self._village, self._names, self._junction(asset, fault))


def _role(word: str) -> Role:
    """The catalogue's word; of a post whose role it does not know, that of people who are no experts."""
    return next((role for role in DEPARTMENTS if role == word), "village_committee")


def _ended_ms(row: OutboxRow, fault: FaultRow | None, at_ms: int) -> int | None:
    if fault is not None and fault.closed_ms is not None:
        return fault.closed_ms
    return at_ms if row.kind in _ENDS else None


def _newest(subjects: Sequence[Subject]) -> list[Subject]:
    """Each fault once, as it stands by the last that is said of it."""
    return list({subject.fault or (subject.asset, subject.codes): subject for subject in subjects}.values())


def _one(subjects: Sequence[Subject]) -> Subject:
    """Several faults of one asset in one text, the most severe first."""
    first, *others = sorted(subjects, key=lambda subject: subject.severity)
    codes = dict.fromkeys(code for subject in (first, *others) for code in subject.codes)
    more = dict.fromkeys(subject.fault for subject in others if subject.fault and subject.fault != first.fault)
    since_ms = min(subject.since_ms for subject in subjects)
    return replace(first, codes=tuple(codes), more=tuple(more), since_ms=since_ms)

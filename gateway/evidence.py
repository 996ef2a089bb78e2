"""Pictures of what a camera's node found: named by a record, then sent one by one. Of a camera whose inventory does not
ask for them none is kept, whatever its node says."""

import hashlib
from collections.abc import Iterator, Mapping

from contracts.messages import Picture, Reading
from gateway.draft import Draft, Work
from gateway.effects import Where
from gateway.store import Batch, EvidenceNote, PictureCome

JPEG = b"\xff\xd8\xff"


def note(batch: Batch, where: Where, reading: Reading, at_ms: int) -> None:
    """What the findings of a reading name."""
    if not where.evidence:
        return
    for finding in reading.f:
        if finding.e:
            before = finding.e[0] if len(finding.e) > 1 else None
            batch.evidence.append(EvidenceNote(where.node, reading.d, finding.code, at_ms, before, finding.e[-1]))


def take(draft: Draft, work: Work, places: Mapping[str, Where], picture: Picture, received_ms: int) -> Iterator[str]:
    """A picture came; gives what is wrong with it. Kept or not, its node is told that it need not send it again."""
    name = hashlib.sha256(picture.jpeg).hexdigest()
    work.ack = True
    work.pictures.append(name)
    where = places.get(picture.device)
    if where is None or where.node != work.node or not where.evidence:
        yield f"{picture.device}: the inventory asks for no pictures of it from this node"
    elif not picture.jpeg.startswith(JPEG):
        yield f"{picture.device}: no JPEG"
    else:
        draft.batch.pictures.append(PictureCome(work.node, name, picture.device, received_ms, picture.jpeg))

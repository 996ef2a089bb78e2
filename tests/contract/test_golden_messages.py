"""Golden payloads: what stands in these files is on cards and in brokers already, so it must be readable for ever."""

from pathlib import Path

import msgspec
import pytest

from contracts import messages

GOLDEN = Path(__file__).parent / "golden"
KINDS: dict[str, type[msgspec.Struct]] = {
    "up": messages.Up,
    "birth": messages.Birth,
    "probe": messages.Probe,
    "picture": messages.Picture,
    "ack": messages.Ack,
    "state": messages.StateMessage,
}
FILES = sorted(GOLDEN.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_payload_is_read_and_written_back_the_same(file: Path) -> None:
    text = file.read_bytes().strip()
    message = messages.decode(KINDS[file.stem.split("-")[0]], text)
    assert messages.encode(message) == text


def test_every_kind_of_message_has_a_golden_payload() -> None:
    assert {file.stem.split("-")[0] for file in FILES} == set(KINDS)


BAD = {
    "not JSON": b"{",
    "not UTF-8": b'{"v":1,"stream":"\xff"}',
    "another version": b'{"v":2,"stream":"00112233445566ff","boot":"00112233445566ff"}',
    "a stream that is no hex": b'{"v":1,"stream":"zz112233445566ff","boot":"00112233445566ff"}',
    "a field missing": b'{"v":1,"stream":"00112233445566ff"}',
    "deep nesting": b"[" * 100_000,
    "oversize": b" " * (messages.MAX_PAYLOAD + 1),
}


@pytest.mark.parametrize("payload", BAD.values(), ids=BAD.keys())
def test_a_payload_that_breaks_its_promise_is_refused_with_a_reason(payload: bytes) -> None:
    with pytest.raises(messages.BadMessage) as refusal:
        messages.decode(messages.Probe, payload)
    assert str(refusal.value)


def test_unknown_fields_of_a_newer_node_are_ignored() -> None:
    newer = b'{"v":1,"stream":"00112233445566ff","boot":"00112233445566ff","later":"field"}'
    assert messages.decode(messages.Probe, newer).boot == "00112233445566ff"

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.nal import Codec, Picture
from demo.rtsp.messages import Reply, parse
from demo.rtsp.rtp import MAX_PAYLOAD, Packetiser, fragments, framed, sdp
from demo.scene import Scene
from demo.video import Coding, Stream


def joined(payloads: list[bytes]) -> bytes:
    """What a receiver makes of FU-A pieces."""
    if len(payloads) == 1:
        return payloads[0]
    assert payloads[0][1] & 0x80
    assert payloads[-1][1] & 0x40
    return bytes((payloads[0][0] & 0xE0 | payloads[0][1] & 0x1F,)) + b"".join(payload[2:] for payload in payloads)


@given(st.binary(min_size=1, max_size=9000))
def test_a_nal_unit_is_the_same_after_its_way_in_pieces(nal: bytes) -> None:
    pieces = list(fragments(nal))
    assert all(len(piece) <= MAX_PAYLOAD for piece in pieces)
    assert joined(pieces) == nal


@given(st.binary(min_size=2, max_size=9000))
def test_a_nal_unit_of_h265_is_the_same_too(nal: bytes) -> None:
    first, *rest = fragments(nal, "h265")
    if rest:
        head = bytes([first[0] & 0x81 | (first[2] & 0x3F) << 1, first[1]])
        assert head + b"".join(piece[3:] for piece in [first, *rest]) == nal
    else:
        assert first == nal


def test_packets_are_numbered_and_the_last_one_is_marked() -> None:
    packets = Packetiser(source=7).packets(Picture((b"\x67ab", b"\x65" + bytes(3000)), stamp=2**32 + 5, key=True))
    seen = []
    for packet in packets:
        mark, channel, length = struct.unpack("!cBH", framed(2, packet)[:4])
        _version, kind, number, stamp, source = struct.unpack("!BBHII", packet[:12])
        assert (mark, channel, length, stamp, source) == (b"$", 2, len(packet), 5, 7)
        seen.append((number, bool(kind & 0x80)))
    assert seen == [(0, False), (1, False), (2, False), (3, True)]


@pytest.mark.parametrize(("codec", "said"), [("h264", "sprop-parameter-sets="), ("h265", "sprop-vps=")])
def test_the_description_has_parameter_sets_and_frame_rate(codec: Codec, said: str) -> None:
    text = sdp(Stream(Scene("cam", 1, 1.0), Coding(codec)), "127.0.0.1")
    assert said in text
    assert f"a=rtpmap:96 {codec.upper()}/90000\r\n" in text
    assert "a=framerate:5\r\n" in text


def test_a_request_is_parsed_and_nonsense_is_not() -> None:
    request = parse("SETUP rtsp://h/cam-01/track1 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP/TCP")
    assert request is not None
    assert (request.method, request.headers["cseq"]) == ("SETUP", "3")
    assert parse("GET / HTTP/1.1") is None
    assert parse("\x16\x03\x01") is None


def test_a_reply_says_its_length_in_bytes() -> None:
    assert Reply(200, body="桥").encoded("4") == b"RTSP/1.0 200 OK\r\nCSeq: 4\r\nContent-Length: 3\r\n\r\n\xe6\xa1\xa5"

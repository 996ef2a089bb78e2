"""Cameras that misbehave on demand, over RTSP, until SIGTERM.

A behaviour is one word: it begins by --behave, at a time by --step, or when a line is typed: "/cam-1 stall", or the
word alone for all paths. "run" mends.
"""

import argparse
import asyncio
import contextlib
import os
import re
import signal
import ssl
import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

from demo.film import Copied, Filmed
from demo.rtsp.server import RtspServer
from demo.scene import Scene
from demo.video import Coding, Fault, Stream

WORDS: dict[str, tuple[Fault | None, str]] = {
    "run": (None, "as it should be"),
    "stall": ("stalled", "the connection stays, nothing comes"),
    "freeze": ("frozen", "the same bytes again and again"),
    "black": ("black", "darkness, and the clock goes on"),
    "cover": ("occluded", "something stands before the lens"),
    "turn": ("moved", "looks elsewhere"),
    "defocus": ("blur", "out of focus"),
    "night": ("night", "it is dark, and nothing is wrong"),
    "close": ("closed", "hangs up on everybody who watches"),
    "reset": ("reset", "the same by RST"),
    "refuse": ("unreachable", "hangs up at the first request"),
    "mute": ("mute", "accepts and never answers"),
    "audio-only": ("audio_only", "offers sound alone"),
    "long-gop": ("long_gop", "one key in ten minutes; newcomers see none"),
    "401": ("refused", "refuses every login"),
    "403": ("crowded", "too many users"),
    "453": ("busy", "not enough bandwidth"),
    "503": ("unavailable", "service unavailable"),
    "redirect": ("redirected", "302 to another host"),
    "rubbish": ("rubbish", "bytes that are no RTSP"),
    "resize": ("resized", "half the size from now on"),
    "corrupt": ("corrupt", "one byte in 200 is wrong"),
    "empty": ("empty", "packets without content"),
    "no-recording": (None, "playback gives no picture"),
    "recording": (None, "playback has all"),
}


class BadOrder(ValueError):
    """An order that cannot be carried out; the text says why and what is possible."""


def _all(_at: float) -> bool:
    return True


def _nothing(_at: float) -> bool:
    return False


def obey(server: RtspServer, order: str) -> None:
    """``[PATH] WORD``. Raises :class:`BadOrder`."""
    path, _, word = order.strip().rpartition(" ")
    if word not in WORDS:
        raise BadOrder(f"{word!r} is no behaviour; there are {', '.join(WORDS)}")
    if path and path not in server.streams:
        raise BadOrder(f"{path!r} is not served; there are {', '.join(server.streams)}")
    for one in [path] if path else list(server.streams):
        if word in {"recording", "no-recording"}:
            server.kept[one] = _all if word == "recording" else _nothing
        else:
            server.behave(one, WORDS[word][0])


def _parser() -> argparse.ArgumentParser:
    words = "\n".join(f"  {word:13} {what}" for word, (_, what) in WORDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m demo.rtsp",
        description=__doc__,
        epilog=f"behaviours:\n{words}\n\nRecordings are at /playback/PATH?starttime=20260318T040000Z&endtime=…",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="default: 127.0.0.1, this computer alone")
    add("--port", type=int, default=8554, metavar="P", help="default: 8554; 0: any free one")
    add("--path", action="append", metavar="PATH", help="a drawn camera; may be given more than once (default: /cam-1)")
    add("--file", action="append", default=[], metavar="PATH=FILE", help="a video file, over and over")
    add("--copy", action="store_true", help="files go out as they are coded (H.264 and H.265 only)")
    add("--codec", choices=("h264", "h265"), default="h264")
    add("--sdp-only", action="store_true", help="parameter sets stand in the description alone, not in the stream")
    add("--gop", type=int, default=10, metavar="N", help="pictures from key to key (default: 10)")
    add("--fps", type=int, default=5, metavar="N", help="pictures a second (default: 5)")
    add("--size", default="640x360", metavar="WxH", help="of drawn pictures (default: 640x360)")
    add("--login", metavar="USER:PASSWORD", help="asked for by Digest")
    add("--tls", nargs=2, metavar=("CERT", "KEY"), help="rtsps, with these PEM files")
    add("--clock-off", type=float, metavar="S", help="say a Date that is so many seconds ahead")
    add("--behave", default="run", metavar="WORD", help="from the start (default: run)")
    add("--step", action="append", default=[], metavar="S:ORDER", help="after so many seconds, such as 10:stall")
    return parser


def build(options: argparse.Namespace, now: float) -> RtspServer:
    """The server as asked for. Raises OSError and ValueError; ``now``: Unix time."""
    size = re.fullmatch(r"(\d{2,5})x(\d{2,5})", options.size)
    if size is None:
        raise ValueError(f"--size {options.size}: write it as 1920x1080")
    coding = Coding(options.codec, not options.sdp_only, options.gop, options.fps, (int(size[1]), int(size[2])))
    off = options.clock_off
    loop = asyncio.get_running_loop()
    began = loop.time()
    date = (lambda: now + loop.time() - began + off) if off is not None else None
    server = RtspServer(login=options.login, date=date)
    for path in options.path or ([] if options.file else ["/cam-1"]):
        server.add(path, Stream(Scene(path.strip("/"), zlib.crc32(path.encode())), coding))
    for pair in options.file:
        path, _, file = pair.partition("=")
        server.add(path, _film(Path(file), coding, copied=options.copy))
    return server


def _film(file: Path, coding: Coding, *, copied: bool) -> Stream:
    if copied:
        return Stream(Copied(file, inband=coding.inband))
    film = Filmed(file)
    return Stream(film, Coding(coding.codec, coding.inband, coding.gop, coding.fps, film.size))


async def _run(options: argparse.Namespace) -> int:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    server = build(options, time.time())
    obey(server, options.behave)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if options.tls else None
    if tls is not None:
        tls.load_cert_chain(*options.tls)
    port = await server.start(options.host, options.port, tls)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    for path in server.streams:
        print(f"{'rtsps' if tls else 'rtsp'}://{options.host}:{port}{path}", flush=True)
    for step in options.step:
        after, _, order = step.partition(":")
        loop.call_later(float(after), _obeyed, server, order)
    with contextlib.suppress(OSError, PermissionError):  # no terminal to be told by
        loop.add_reader(sys.stdin, lambda: _heard(server, loop))
    await stop.wait()
    await server.close()
    return 0


def _heard(server: RtspServer, loop: asyncio.AbstractEventLoop) -> None:
    # Not by lines: what a reader of lines holds back already, no loop is told of.
    lines = os.read(sys.stdin.fileno(), 4096).decode("utf-8", "replace")
    if not lines:
        loop.remove_reader(sys.stdin)
    for line in lines.splitlines():
        _obeyed(server, line)


def _obeyed(server: RtspServer, order: str) -> None:
    try:
        obey(server, order)
        print(f"ok {order.strip()}", flush=True)
    except BadOrder as error:
        print(error, file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """0 = stopped, 1 = the port is taken or a file cannot be read, 2 = a wrong call."""
    options = _parser().parse_args(argv)
    try:
        return asyncio.run(_run(options))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error}; take another port with --port, a file this user can read with --file", file=sys.stderr)
        return 1

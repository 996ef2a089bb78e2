import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from demo.film import Copied
from demo.nal import IDR, kind_of
from demo.scene import Scene
from demo.video import Coding, Encoder, Stream
from edge.drivers.opencv.address import Address
from edge.drivers.opencv.board import Board
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.stream import Stream as Watcher

ROOT = Path(__file__).parents[3]


@contextmanager
def tool(*argv: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "demo.rtsp", "--port", "0", *argv],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        try:
            yield running
        finally:
            running.terminate()
            running.communicate(timeout=10)


def told(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


def order(running: subprocess.Popen[str], line: str) -> None:
    assert running.stdin is not None
    running.stdin.write(line + "\n")
    running.stdin.flush()


def film(path: Path) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 5, (320, 180))
    for shade in range(12):
        writer.write(np.full((180, 320, 3), 20 * shade, np.uint8))
    writer.release()
    return path


def test_orders_are_obeyed_while_it_runs_and_refused_with_a_reason() -> None:
    with tool("--path", "/a", "--path", "/b", "--codec", "h265", "--step", "0.5:/b stall") as running:
        addresses = [told(running), told(running)]
        assert [address.rpartition("/")[2] for address in addresses] == ["a", "b"]
        assert told(running) == "ok /b stall"
        order(running, "/a freeze")
        assert told(running) == "ok /a freeze"
        order(running, "/c freeze")
        order(running, "dance")
        assert running.stderr is not None
        assert "'/c' is not served; there are /a, /b" in running.stderr.readline()
        assert "'dance' is no behaviour; there are run, stall" in running.stderr.readline()
        capture = cv2.VideoCapture(addresses[0], cv2.CAP_FFMPEG, [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 8000])
        read, picture = capture.read()
        capture.release()
        assert read
        assert picture.shape == (360, 640, 3)


def test_a_film_is_served(tmp_path: Path) -> None:
    with tool("--file", f"/film={film(tmp_path / 'film.avi')}") as running:
        capture = cv2.VideoCapture(told(running), cv2.CAP_FFMPEG, [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 8000])
        read, picture = capture.read()
        capture.release()
        assert read
        assert picture.shape == (180, 320, 3)


@pytest.mark.parametrize("wrong", [("--behave", "dance"), ("--file", "/a=/nowhere"), ("--size", "big")])
def test_a_wrong_call_is_said_with_what_to_do(wrong: tuple[str, str]) -> None:
    with tool(*wrong) as running:
        assert running.wait(10) in {1, 2}
        assert running.stderr is not None
        said = running.stderr.read()
    assert "Traceback" not in said
    assert said


def test_a_coded_film_goes_out_as_it_is(tmp_path: Path) -> None:
    encoder = Encoder(Coding(gop=4))
    path = tmp_path / "film.h264"
    scene = Scene("a", 1, 1.0)
    pictures = [encoder.encode(scene.draw(number / 5), number, key=number % 4 == 0) for number in range(9)]
    path.write_bytes(b"".join(b"\0\0\0\1" + nal for one in pictures for nal in one.nals))
    copied = Copied(path, inband=False)
    assert copied.gop == 4
    assert copied.parameter_sets == encoder.parameter_sets
    stream = Stream(copied)
    sent = [stream.tick(number) for number in range(10)]
    assert [picture.key for picture in sent if picture] == [True, False, False, False] * 2 + [True, True]
    assert kind_of(next(picture for picture in sent if picture).nals[0]) in {IDR, 6}


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """One that nobody vouches for, as cameras make them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera")])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    signed = built.not_valid_before(now - timedelta(days=2)).not_valid_after(now - timedelta(days=1))
    cert, secret = tmp_path / "camera.crt", tmp_path / "camera.key"
    cert.write_bytes(signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    secret.write_bytes(key.private_bytes(*form))
    return cert, secret


def test_an_encrypted_stream_is_watched_whoever_signed_for_it(certificate: tuple[Path, Path]) -> None:
    with tool("--login", "vsm:geheim", "--tls", *map(str, certificate)) as running:
        url = told(running)
        assert url.startswith("rtsps://")
        board = Board(time.monotonic(), 8.0, lambda: None)
        stream = Watcher(Address(url, time.monotonic, Login("vsm", "geheim")), board, 8.0, 1.0)
        thread = threading.Thread(target=stream.run)
        thread.start()
        try:
            end = time.monotonic() + 20
            while board.sample(time.monotonic()).picture_age_s is None:
                assert time.monotonic() < end
                time.sleep(0.05)
        finally:
            stream.stopped.set()
            thread.join(10)
        assert stream.broken is None

"""Where a letter may not go: elsewhere, to somebody unknown, or in the clear."""

import datetime as dt
import ipaddress
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from demo.vendors import SECRET, Vendors
from gateway.delivery.channels import ChannelError
from gateway.dispatch.words import Failed, Sent
from tests.integration.delivery.conftest import READ, Open, letter


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vendors")])
    now = dt.datetime.now(dt.UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = built.add_extension(here, critical=False).sign(key, hashes.SHA256())
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def encrypted(certificate: tuple[Path, Path]) -> Iterator[Vendors]:
    with Vendors(tls=certificate, login=("gateway", SECRET)) as found:
        yield found


class _Elsewhere(BaseHTTPRequestHandler):
    target = ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(307)
        self.send_header("Location", self.target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture
def elsewhere(vendors: Vendors) -> Iterator[str]:
    """An address that points to the vendors' webhook."""
    _Elsewhere.target = f"{vendors.url}/webhook"
    server = HTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", ["webhook", "wecom"])
def test_no_redirect_is_followed(opened: Open, vendors: Vendors, elsewhere: str, kind: str) -> None:
    outcome = opened(kind, url=elsewhere).send(letter())
    assert isinstance(outcome, Failed)
    assert (outcome.recoverable, outcome.reason[:8]) == (False, "HTTP 307")
    assert not vendors.received()


def test_a_certificate_that_nobody_vouches_for_is_refused(opened: Open, encrypted: Vendors) -> None:
    outcome = opened("webhook", url=f"{encrypted.url}/webhook").send(letter())
    assert isinstance(outcome, Failed)
    assert "certificate is not to be trusted" in outcome.reason
    assert not encrypted.received()


def test_one_that_the_settings_vouch_for_is_taken(
    opened: Open, encrypted: Vendors, certificate: tuple[Path, Path]
) -> None:
    assert isinstance(opened("webhook", url=f"{encrypted.url}/webhook", ca=certificate[0]).send(letter()), Sent)


@pytest.mark.parametrize("trusted", [False, True])
def test_mail_upgrades_to_tls_or_is_not_sent(
    opened: Open, encrypted: Vendors, certificate: tuple[Path, Path], trusted: bool
) -> None:
    mail = opened("smtp", port=encrypted.smtp_port, security="starttls", ca=certificate[0] if trusted else None)
    outcome = mail.send(letter(to="duty@village.example"))
    assert isinstance(outcome, Sent) is trusted
    assert len(encrypted.received()) == int(trusted)


def test_a_mail_server_without_tls_gets_nothing(opened: Open, vendors: Vendors) -> None:
    outcome = opened("smtp", security="starttls").send(letter(to="duty@village.example"))
    assert isinstance(outcome, Failed)
    assert "offers no TLS" in outcome.reason
    assert not vendors.received()


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "webhook", "url": "http://bridge.example/", "secret": SECRET},
        {"kind": "sms", "url": "http://192.0.2.1/", "secret": SECRET},
        {"kind": "smtp", "host": "mail.example", "security": "plain", "sender": "a@b.example"},
    ],
)
def test_nothing_leaves_this_computer_in_the_clear_unless_told(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="insecure: true"):
        READ.validate_python(settings)
    assert READ.validate_python(settings | {"insecure": True}).kind == settings["kind"]


def test_an_authority_that_is_not_there_is_named(opened: Open, tmp_path: Path) -> None:
    for kind in ("webhook", "smtp"):
        with pytest.raises(ChannelError, match=r"^channels\.duty: ca: .*nowhere"):
            opened(kind, ca=tmp_path / "nowhere")


def test_the_watch_over_secrets_sees_them(
    opened: Open, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = opened("wecom")
    monkeypatch.setattr(logging.getLogger("urllib3.connectionpool"), "disabled", False)
    caplog.set_level(logging.DEBUG, "urllib3.connectionpool")
    channel.send(letter())
    assert SECRET in caplog.text
    caplog.clear()

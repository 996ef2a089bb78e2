"""A small certificate authority of the village's own: one for the broker, the gateway and every node."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from firmware_config.disk import write

YEAR = dt.timedelta(days=365)
CA_LIFE = 25 * YEAR
LIFE = 10 * YEAR
# A certificate that ends so soon is made anew.
RENEW_BEFORE = dt.timedelta(days=60)
# A Pi without a clock battery wakes up in the past; that must not make a good certificate one of the future.
VALID_FROM = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_CURVE = ec.SECP256R1


class CertificateError(Exception):
    """Something cannot be signed, or a file is not what it should be; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One certificate: for whom (the name the broker takes as user), at which addresses (a server's), and where to."""

    name: str
    stem: Path
    hosts: tuple[str, ...] = ()

    def file(self, kind: str) -> Path:
        """``….crt`` or ``….key``; the stem may hold dots of its own."""
        return self.stem.with_name(f"{self.stem.name}.{kind}")


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs. ``key`` is None while it is kept elsewhere."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | None
    now: dt.datetime

    @classmethod
    def open(cls, folder: Path, village: str, now: dt.datetime, *, anew: bool) -> "Authority":
        """The authority in ``folder``; made if there is none, or if ``anew``."""
        certificate, key = folder / "ca.crt", folder / "ca.key"
        if certificate.exists() and not anew:
            return cls(_certificate(certificate), _key(key) if key.exists() else None, now)
        own = ec.generate_private_key(_CURVE()) if anew or not key.exists() else _key(key)
        made = _authority(village, own, now)
        write(key, _pem(own), 0o600)
        write(certificate, made.public_bytes(serialization.Encoding.PEM))
        return cls(made, own, now)

    def provide(self, wanted: Wanted, *, anew: bool) -> bool:
        """Key and certificate of ``wanted``, and the authority's beside them; what is still good is kept.

        True if a certificate was made. Raises :class:`CertificateError`.
        """
        key_file, file = wanted.file("key"), wanted.file("crt")
        write(wanted.stem.with_name("ca.crt"), self.certificate.public_bytes(serialization.Encoding.PEM))
        own = ec.generate_private_key(_CURVE()) if anew or not key_file.exists() else _key(key_file)
        if not anew and file.exists() and self._is_good(_certificate(file), own, wanted):
            return False
        made = self._sign(wanted, own)
        write(key_file, _pem(own), 0o600)
        write(file, made.public_bytes(serialization.Encoding.PEM))
        return True

    def _is_good(self, found: x509.Certificate, key: ec.EllipticCurvePrivateKey, wanted: Wanted) -> bool:
        try:
            found.verify_directly_issued_by(self.certificate)
        except (ValueError, InvalidSignature):
            return False
        return (
            found.public_key() == key.public_key()
            and found.not_valid_after_utc > self.now + RENEW_BEFORE
            and found.subject == _name(wanted.name)
            and [str(host.value) for host in _names(found)] == list(wanted.hosts)
        )

    def _sign(self, wanted: Wanted, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        if self.key is None:
            raise CertificateError(
                f"{wanted.file('crt')}: a new certificate needs the authority's key; "
                "give its folder with --ca, or put ca.key back beside ca.crt for the moment"
            )
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if wanted.hosts else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = _builder(_name(wanted.name), key.public_key(), self.now + LIFE).issuer_name(self.certificate.subject)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        builder = builder.add_extension(_identifier(self.key.public_key()), critical=False)
        if wanted.hosts:
            names = x509.SubjectAlternativeName([_general(host) for host in wanted.hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def _authority(village: str, key: ec.EllipticCurvePrivateKey, now: dt.datetime) -> x509.Certificate:
    name = _name(f"{village} village safety monitor CA")
    public = key.public_key()
    builder = _builder(name, public, now + CA_LIFE).issuer_name(name)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    )
    signing = x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False)
    return builder.add_extension(signing, critical=True).sign(key, hashes.SHA256())


def _builder(name: x509.Name, key: ec.EllipticCurvePublicKey, end: dt.datetime) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(name).public_key(key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(VALID_FROM).not_valid_after(end)


def _identifier(key: ec.EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _names(certificate: x509.Certificate) -> list[x509.GeneralName]:
    try:
        return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _key(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        found = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise CertificateError(f"{file}: is no key without a password: {error}") from error
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise CertificateError(f"{file}: is no elliptic-curve key; take it away, or use --new-keys")
    return found


def _certificate(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except ValueError as error:
        raise CertificateError(f"{file}: is no certificate: {error}") from error

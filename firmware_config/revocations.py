"""The certificates that are good no longer: a lost or stolen node's. The broker refuses whoever shows one."""

from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from firmware_config.certificates import VALID_FROM, Authority, CertificateError
from firmware_config.disk import write


@dataclass(frozen=True, slots=True)
class Revocations:
    """The list in ``file`` (PEM), which lies beside the authority's certificate and is signed by it."""

    authority: Authority
    file: Path
    revoked: tuple[x509.RevokedCertificate, ...] = ()

    @classmethod
    def open(cls, folder: Path, authority: Authority, copy: Path, *, anew: bool) -> "Revocations":
        """The list in ``folder``; an empty one if there is none, or if ``anew``. Raises :class:`CertificateError`."""
        found = cls(authority, folder / "ca.crl")
        lists = {} if anew else {file: _read(file, authority) for file in (found.file, copy) if file.exists()}
        every = {one.serial_number: one for kept in lists.values() for one in kept}
        found = replace(found, revoked=tuple(every.values()))
        whole = next((file for file, kept in lists.items() if len(kept) == len(every)), None)
        if whole is None:
            return found.signed()
        write(found.file, whole.read_bytes())
        return found

    def add(self, *certificates: Path) -> "Revocations":
        """The list with all of ``certificates`` on it, written; or with none. Raises :class:`CertificateError`."""
        known = {one.serial_number for one in self.revoked}
        fresh = dict.fromkeys(serial for serial in map(_serial, certificates) if serial not in known)
        builders = (x509.RevokedCertificateBuilder().serial_number(serial) for serial in fresh)
        new = tuple(builder.revocation_date(self.authority.now).build() for builder in builders)
        return replace(self, revoked=(*self.revoked, *new)).signed() if new else self

    def copy_to(self, file: Path) -> None:
        """Put the list where the broker's files are made."""
        write(file, self.file.read_bytes())

    def signed(self) -> "Revocations":
        """This list, signed and written. Raises :class:`CertificateError`."""
        if self.authority.key is None:
            raise CertificateError(
                f"{self.file}: the list of revoked certificates needs the authority's key; "
                "give its folder with --ca, or put ca.key back beside ca.crt for the moment"
            )
        issuer = self.authority.certificate
        # Valid by any clock: a list that a broker takes for old or for one of the future would lock every node out.
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
        builder = builder.last_update(VALID_FROM).next_update(issuer.not_valid_after_utc)
        builder = builder.add_extension(x509.CRLNumber(len(self.revoked)), critical=False)
        for one in self.revoked:
            builder = builder.add_revoked_certificate(one)
        made = builder.sign(self.authority.key, hashes.SHA256())
        write(self.file, made.public_bytes(serialization.Encoding.PEM))
        return self


def _read(file: Path, authority: Authority) -> tuple[x509.RevokedCertificate, ...]:
    try:
        kept = x509.load_pem_x509_crl(file.read_bytes())
    except ValueError as error:
        raise CertificateError(f"{file}: is no list of revoked certificates: {error}") from error
    own = authority.certificate.public_key()
    if not isinstance(own, ec.EllipticCurvePublicKey) or not kept.is_signature_valid(own):
        raise CertificateError(f"{file}: is not signed by this authority; take it away, or use --new-keys")
    return tuple(kept)


def _serial(certificate: Path) -> int:
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number
    except (OSError, ValueError) as error:
        raise CertificateError(f"{certificate}: cannot be revoked: {error}") from error

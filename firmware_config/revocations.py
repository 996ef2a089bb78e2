"""The certificates that are good no longer: a lost or stolen node's. The broker refuses whoever shows one."""

from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from firmware_config.certificates import VALID_FROM, Authority, CertificateError
from firmware_config.disk import write


@dataclass(frozen=True, slots=True)
class Revocations:
    """The list in ``file`` (PEM), which lies beside the authority's certificate and is signed by it."""

    authority: Authority
    file: Path
    revoked: tuple[x509.RevokedCertificate, ...] = ()

    @classmethod
    def open(cls, folder: Path, authority: Authority, *, anew: bool) -> "Revocations":
        """The list in ``folder``; an empty one if there is none, or if ``anew``. Raises :class:`CertificateError`."""
        found = cls(authority, folder / "ca.crl")
        if anew or not found.file.exists():
            return found.signed()
        try:
            kept = x509.load_pem_x509_crl(found.file.read_bytes())
        except ValueError as error:
            raise CertificateError(f"{found.file}: is no list of revoked certificates: {error}") from error
        return replace(found, revoked=tuple(kept))

    def add(self, certificate: Path) -> "Revocations":
        """The list with ``certificate`` on it, written. Raises :class:`CertificateError`."""
        try:
            serial = x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number
        except (OSError, ValueError) as error:
            raise CertificateError(f"{certificate}: cannot be revoked: {error}") from error
        if serial in {one.serial_number for one in self.revoked}:
            return self
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self.authority.now).build()
        return replace(self, revoked=(*self.revoked, one)).signed()

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

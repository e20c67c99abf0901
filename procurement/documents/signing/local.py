"""A certificate authority of the house's own, for tests, the demonstration and small installations.

Its root and the certificate of each person and office are made when they are first needed. Keys lie in the database,
encrypted with the field keys. Outside production the authority says in its name that it is for demonstration.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings

from procurement.documents.models import Certificate
from procurement.documents.signing import pades
from procurement.documents.signing.base import Block, Signed

_ROOT_FROM: Final = datetime(2018, 1, 1, tzinfo=UTC)
_ROOT_UNTIL: Final = datetime(2048, 1, 1, tzinfo=UTC)
_PERSON_LIFE: Final = timedelta(days=2 * 365)
_RENEW_BEFORE: Final = timedelta(days=30)
_LONGEST: Final = 64
"""X.520 allows so many characters in a name, an organisation and a title."""


def authority_name() -> str:
    """The name of the root."""
    return "Otoritas Sertifikat Lokal e-Order" if settings.PRODUCTION else "OTORITAS SERTIFIKAT PERAGAAN"


class LocalSigner:
    """Signs with keys this house holds (see `base.Signer`)."""

    def sign(self, pdf: bytes, blocks: Sequence[Block], *, at: datetime) -> Signed:
        """Set one signature for each block, with the certificate of its person and office."""
        root = _root()
        serials = []
        for number, block in enumerate(blocks, start=1):
            own = _certificate_for(block, root=root, at=at)
            serials.append(own.serial)
            pdf = pades.signed(
                pdf,
                field=f"TandaTangan{number}",
                certificate=_der(own),
                key=_key(own).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
                chain=[_der(root)],
                at=at,
                reason=block.caption,
                tsa_url=settings.SIGNER_TSA_URL,
            )
        return Signed(pdf, tuple(serials), "B-T" if settings.SIGNER_TSA_URL else "B-B")

    def roots(self) -> list[bytes]:
        """Every root this house has had."""
        return [_der(each) for each in Certificate.objects.filter(holder=None)]


def _der(certificate: Certificate) -> bytes:
    return x509.load_pem_x509_certificate(certificate.pem.encode()).public_bytes(Encoding.DER)


def _key(certificate: Certificate) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(certificate.key_text.encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _root() -> Certificate:
    name = authority_name()
    return _latest(name) or _issued(
        name, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), _ROOT_FROM, _ROOT_UNTIL
    )


def _latest(office: str, user: int | None = None) -> Certificate | None:
    return Certificate.objects.filter(holder_id=user, office=office).order_by("-pk").first()


def _certificate_for(block: Block, *, root: Certificate, at: datetime) -> Certificate:
    """The person's certificate for that office, a new one when there is none or it is near its end."""
    office = f"{block.name} · {block.position} · {block.organisation}"[:250]
    latest = _latest(office, block.user)
    if latest and latest.valid_from <= at <= latest.valid_until - _RENEW_BEFORE:
        return latest
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, block.organisation[:_LONGEST]),
            x509.NameAttribute(NameOID.TITLE, block.position[:_LONGEST]),
            x509.NameAttribute(NameOID.COMMON_NAME, block.name[:_LONGEST]),
        ]
    )
    since = at - timedelta(hours=1)
    return _issued(office, subject, since, since + _PERSON_LIFE, user=block.user, root=root)


def _issued(
    office: str,
    subject: x509.Name,
    since: datetime,
    until: datetime,
    *,
    user: int | None = None,
    root: Certificate | None = None,
) -> Certificate:
    """Make a key pair and its certificate; `root` signs it, without one it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    is_root = root is None
    issuer, issuing_key = (subject, key) if root is None else (_name_of(root), _key(root))
    serial = x509.random_serial_number()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(_usage(is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing_key.public_key()), critical=False
        )
        .sign(issuing_key, SHA256())
    )
    # Two workers may each make one at the same time: both are good, and both stay known.
    return Certificate.objects.create(
        holder_id=user,
        office=office,
        serial=f"{serial:x}",
        pem=made.public_bytes(Encoding.PEM).decode(),
        key_text=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        valid_from=since,
        valid_until=until,
    )


def _name_of(certificate: Certificate) -> x509.Name:
    return x509.load_pem_x509_certificate(certificate.pem.encode()).subject


def _usage(is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        encipher_only=False,
        decipher_only=False,
    )

"""PAdES by pyHanko: setting a signature with a key at hand, and judging the signatures of a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from typing import Any, Final, TypeVar

from asn1crypto import keys, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from procurement.documents.signing.base import Verdict

T = TypeVar("T")
_TSA_SECONDS: Final = 10


class _PdfSigner(signers.PdfSigner):
    """Signs at the moment it is told: the house's clock, not the machine's."""

    moment: datetime

    def init_signing_session(self, *args: Any, **options: Any) -> Any:
        session = super().init_signing_session(*args, **options)
        session.system_time = self.moment
        return session


def signed(
    pdf: bytes,
    *,
    field: str,
    certificate: bytes,
    key: bytes,
    chain: Sequence[bytes],
    at: datetime,
    reason: str,
    tsa_url: str = "",
) -> bytes:
    """Append one signature.

    Args:
        field: name of the signature's field, once in a PDF.
        certificate, chain: DER; `chain` leads from it to the root.
        key: PKCS #8, DER, not encrypted.
        at: the moment of signing.
        reason: what is signed for, in words.
        tsa_url: a time-stamping authority (RFC 3161); with it the level is B-T.
    """
    registry = SimpleCertificateStore()
    registry.register_multiple([x509.Certificate.load(each) for each in chain])
    person = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(certificate),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=registry,
    )
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason
    )
    stamper = HTTPTimeStamper(tsa_url, timeout=_TSA_SECONDS) if tsa_url else None
    signer = _PdfSigner(meta, signer=person, timestamper=stamper)
    signer.moment = at

    def write() -> bytes:
        out: BytesIO = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
        return out.getvalue()

    return _apart(write)


def verdicts_of(pdf: bytes, roots: Sequence[bytes]) -> list[Verdict]:
    """Judge every signature of a PDF against trusted DER roots. Raises pyHanko's errors when it is no PDF."""
    trusted = [x509.Certificate.load(root) for root in roots]

    def judge() -> list[Verdict]:
        return [_judged(each, trusted) for each in PdfFileReader(BytesIO(pdf)).embedded_regular_signatures]

    return _apart(judge)


def _judged(found: Any, roots: Sequence[x509.Certificate]) -> Verdict:
    certificate = found.signer_cert
    moment = found.self_reported_timestamp
    # The certificate counts if it was valid when it was used; the local authority keeps no revocation lists.
    context = ValidationContext(trust_roots=list(roots), moment=moment, allow_fetching=False)
    status = validate_pdf_signature(found, context)
    subject = certificate.subject.native
    return Verdict(
        name=str(subject.get("common_name", "")),
        position=str(subject.get("title", "")),
        organisation=str(subject.get("organization_name", "")),
        issuer=str(certificate.issuer.native.get("common_name", "")),
        serial=f"{certificate.serial_number:x}",
        signed_at=moment,
        intact=bool(status.intact and status.valid and status.docmdp_ok is not False),
        trusted=bool(status.trusted),
    )


def _apart(work: Callable[[], T]) -> T:
    """Run in a thread of its own: pyHanko starts an event loop, and the caller may be inside one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()

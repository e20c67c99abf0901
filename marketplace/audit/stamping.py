"""A time stamp of a checkpoint, once a day, from a time-stamping authority (RFC 3161).

It says that this checkpoint, and with it the whole log up to it, existed at that moment, on the word of an authority
that knows nothing of us. Stamped is the signed note as the log wrote it, without the witnesses' lines, which may
come later.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import requests
from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from marketplace.audit import asking, queries
from marketplace.audit.alarms import raise_alarm
from marketplace.audit.models import Alarm, Stamp
from marketplace.core import clock

QUERY_TYPE: Final = "application/timestamp-query"
RESPONSE_TYPE: Final = "application/timestamp-reply"
TRY_EVERY_SECONDS: Final = 600.0
"""How often a sequencer of its own looks whether today's stamp is still missing."""
_PATIENCE_SECONDS: Final = (3.05, 20.0)
_MAX_BYTES: Final = 64 * 1024


class StampError(RuntimeError):
    """No genuine stamp was to be had; the message says why."""


def stamp_today() -> Stamp | None:
    """Have the newest checkpoint stamped unless a stamp of today is there; None when there is nothing to do.

    Raises `StampError` after raising the alarm (the job tries again later), `ImproperlyConfigured`.
    """
    checkpoint = queries.latest_checkpoint()
    if not settings.AUDIT_TSA_URL or checkpoint is None or Stamp.objects.filter(day=clock.today()).exists():
        return None
    try:
        response, at = _asked(checkpoint.note)
    except StampError as error:
        raise_alarm(Alarm.Code.STAMP_FAILED, settings.AUDIT_TSA_URL, str(error))
        raise
    stamp, _made = Stamp.objects.get_or_create(
        day=clock.today(),
        defaults={
            "checkpoint": checkpoint,
            "at": at,
            "authority": settings.AUDIT_TSA_URL,
            "response": response,
        },
    )
    return stamp


def run_forever(stop: threading.Event) -> None:
    """See to the stamp of each day until `stop` is set: a thread beside the sequencer."""
    asking.repeat(stop, TRY_EVERY_SECONDS, stamp_when_due)


def stamp_when_due() -> None:
    """Have today's stamp made if it is missing; of an authority that does not give it the alarm has told."""
    with suppress(StampError):
        stamp_today()


def check(response: bytes, note: str, *, request: TimeStampRequest | None = None) -> datetime:
    """Return the moment of a stamp over that note by an authority we believe. Raises `StampError`."""
    roots = _certificates()
    builder = VerifierBuilder.from_request(request) if request else VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        decoded: TimeStampResponse = decode_timestamp_response(response)
        builder.build().verify_message(decoded, note.encode())
    except (VerificationError, ValueError) as error:
        raise StampError(str(error) or type(error).__name__) from None
    return decoded.tst_info.gen_time


def _asked(note: str) -> tuple[bytes, datetime]:
    """Return the authority's answer about a note and the moment it tells, checked against what was asked."""
    request = TimestampRequestBuilder(data=note.encode(), hash_algorithm=HashAlgorithm.SHA256).build()
    try:
        answer = requests.post(
            settings.AUDIT_TSA_URL,
            data=request.as_bytes(),
            headers={"Content-Type": QUERY_TYPE},
            timeout=_PATIENCE_SECONDS,
        )
    except requests.RequestException as error:
        raise StampError(type(error).__name__) from error
    if answer.status_code != requests.codes.ok or len(answer.content) > _MAX_BYTES:
        raise StampError(f"status {answer.status_code}, {len(answer.content)} bytes")
    return answer.content, check(answer.content, note, request=request)


def _certificates() -> list[x509.Certificate]:
    """Return the certificates from which trust in the authority comes. Raises `ImproperlyConfigured`."""
    path = settings.AUDIT_TSA_CERTIFICATES
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError):
        raise ImproperlyConfigured(
            f"AUDIT_TSA_CERTIFICATES ({path or 'kosong'}) harus berkas PEM berisi sertifikat akar otoritas stempel."
        ) from None

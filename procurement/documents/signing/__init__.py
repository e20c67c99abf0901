"""Electronic signatures on papers (PAdES): who signs is behind a small `Protocol`, chosen by `settings.SIGNER`."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from procurement.documents.signing.base import Block, Signed, Signer, Verdict
from procurement.documents.signing.pades import verdicts_of

__all__ = ["Block", "Signed", "Signer", "Verdict", "chosen_signer", "verdicts_of"]


def chosen_signer() -> Signer | None:
    """The signer of this installation; None where papers are not signed (`SIGNER` empty)."""
    if not settings.SIGNER:
        return None
    signer: Signer = import_string(settings.SIGNER)()
    return signer

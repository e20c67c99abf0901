"""Fictional facts for every kind of paper: for the documentation's pictures and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from marketplace.core import clock
from procurement.documents.actions import seal
from procurement.documents.facts import Signature
from procurement.documents.kinds import Kind
from procurement.documents.models import Paper
from procurement.documents.samples import before, handing_over, ordering, paying, treasury
from procurement.documents.samples.parties import (
    AGENCY,
    BANK,
    BY_KEEPER,
    BY_PA,
    BY_PA_ALONE,
    BY_PPK,
    BY_PPTK,
    BY_RECEIVER,
    BY_TREASURER,
    BY_VENDOR,
    LINES,
    PPK,
    VENDOR,
    signature,
)
from procurement.documents.samples.variants import VARIANTS

__all__ = [
    "AGENCY",
    "BANK",
    "FACTS",
    "LINES",
    "PPK",
    "SIGNATORIES",
    "VARIANTS",
    "VENDOR",
    "sample",
    "signature",
]

FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    **before.FACTS,
    **ordering.FACTS,
    **handing_over.FACTS,
    **paying.FACTS,
    **treasury.FACTS,
}

SIGNATORIES: Final[Mapping[str, tuple[Signature, ...]]] = {
    "disposisi": (BY_PA_ALONE,),
    "kak": (BY_PPK,),
    "hps": (BY_PPK,),
    "ba_negosiasi": (BY_PPK, BY_VENDOR),
    "undangan_mini_kompetisi": (BY_PPK,),
    "ba_mini_kompetisi": (BY_PPK,),
    "surat_pesanan": (BY_PPK, BY_VENDOR),
    "spk": (BY_PPK, BY_VENDOR),
    "adendum": (BY_PPK, BY_VENDOR),
    "ba_pemeriksaan": (BY_RECEIVER,),
    "ba_serah_terima_aset": (BY_PPK, BY_KEEPER),
    "surat_jalan": (BY_VENDOR,),
    "tanda_terima": (BY_RECEIVER,),
    "bast": (BY_PPK, BY_VENDOR),
    "ba_pembayaran": (BY_PPK, BY_VENDOR),
    "invoice": (BY_VENDOR,),
    "kuitansi": (
        signature("Penerima", VENDOR["signatory"], VENDOR["position"], VENDOR["name"]),
        BY_TREASURER,
        BY_PA,
        BY_PPTK,
    ),
    "bukti_potong": (BY_TREASURER,),
    "ba_pembatalan": (BY_PPK, BY_VENDOR),
    "npd": ({**BY_PPTK, "caption": "Pejabat Pelaksana Teknis Kegiatan"},),
    "spp": (BY_TREASURER,),
    "spm": (BY_PA_ALONE,),
}

ISSUED_AT: Final = datetime(2026, 10, 8, 10, 30, tzinfo=clock.JAKARTA)


def sample(kind: str, **changes: Any) -> Paper:
    """A paper of that kind that stands in no database; `changes` replace facts."""
    chosen = Kind.of(kind)
    paper = Paper(
        kind=kind,
        year=2026,
        sequence=1,
        number=f"027/{chosen.abbreviation}/EO/0000001/{AGENCY['code']}/X/2026",
        subject_type="purchase",
        subject_id="1",
    )
    facts = {**FACTS[kind], "signatures": list(SIGNATORIES[kind]), **changes}
    seal(paper, facts, at=ISSUED_AT, token="contoh-tidak-terdaftar-1234567890")
    return paper

"""What each kind of paper says: the shape of its facts (handbook §5), checked when the paper is issued.

Facts are plain JSON: text, whole numbers (rupiah, pieces), yes/no, lists and records. Days are written
`2026-10-08`, moments `2026-10-08T09:30:00+07:00`. A missing or wrongly shaped fact is a programming error and is
raised at issue time (`WrongFacts`), never at render time. Amounts in words are not facts: they are made from the
figures when the paper is printed, so the two cannot differ.
"""

from __future__ import annotations

from procurement.documents.facts.bargaining import (
    AwardedLine,
    BaMiniKompetisi,
    BaNegosiasi,
    EstimateComparison,
    NegotiatedLine,
    Offer,
    Participant,
    Round,
    RoundLine,
    UndanganMiniKompetisi,
)
from procurement.documents.facts.checking import (
    WrongFacts,
    check,
)
from procurement.documents.facts.ending import (
    BaPembatalan,
    Valuation,
    ValuedLine,
)
from procurement.documents.facts.goods import (
    AmountLine,
    AssetLine,
    CountedLine,
    Delivery,
    InspectedLine,
    PricedLine,
    QuantityLine,
    RejectedLine,
    ShippedLine,
)
from procurement.documents.facts.handing_over import (
    BaPemeriksaan,
    BaSerahTerimaAset,
    Bast,
    SuratJalan,
    TandaTerima,
)
from procurement.documents.facts.ordering import (
    Adendum,
    Change,
    Spk,
    SuratPesanan,
)
from procurement.documents.facts.parties import (
    Agency,
    Bank,
    Clause,
    Header,
    Officer,
    PackageHeader,
    Signature,
    Vendor,
)
from procurement.documents.facts.paying import (
    BaPembayaran,
    BuktiPotong,
    Invoice,
    Kuitansi,
    TaxLine,
)
from procurement.documents.facts.preparing import (
    DisposedPackage,
    Disposisi,
    EstimatedLine,
    Hps,
    Kak,
    KakLine,
    PriceReference,
)
from procurement.documents.facts.treasury import Deduction, Npd, Payee, RequestedLine, Spm, Spp

__all__ = [
    "Adendum",
    "Agency",
    "AmountLine",
    "AssetLine",
    "AwardedLine",
    "BaMiniKompetisi",
    "BaNegosiasi",
    "BaPembatalan",
    "BaPembayaran",
    "BaPemeriksaan",
    "BaSerahTerimaAset",
    "Bank",
    "Bast",
    "BuktiPotong",
    "Change",
    "Clause",
    "CountedLine",
    "Deduction",
    "Delivery",
    "DisposedPackage",
    "Disposisi",
    "EstimateComparison",
    "EstimatedLine",
    "Header",
    "Hps",
    "InspectedLine",
    "Invoice",
    "Kak",
    "KakLine",
    "Kuitansi",
    "NegotiatedLine",
    "Npd",
    "Offer",
    "Officer",
    "PackageHeader",
    "Participant",
    "Payee",
    "PriceReference",
    "PricedLine",
    "QuantityLine",
    "RejectedLine",
    "RequestedLine",
    "Round",
    "RoundLine",
    "ShippedLine",
    "Signature",
    "Spk",
    "Spm",
    "Spp",
    "SuratJalan",
    "SuratPesanan",
    "TandaTerima",
    "TaxLine",
    "UndanganMiniKompetisi",
    "Valuation",
    "ValuedLine",
    "Vendor",
    "WrongFacts",
    "check",
]

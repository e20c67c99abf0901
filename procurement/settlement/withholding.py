"""Withheld income tax of a unit and period: the list of slips, and the rows of the bulk file for the tax office.

One row of the file is one tax of one payment (BPPU, *bukti pemotongan/pemungutan unifikasi*): one recipient, one tax
object, one period. PPN is no income tax: it is not in the file, its proof is the tax invoice and the NTPN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from procurement.documents.models import Paper
from procurement.settlement.models import Evidence, TaxLine
from procurement.settlement.papers import TAX_LABELS
from procurement.settlement.tax_calendar import lines_of
from procurement.settlement.tax_objects import object_of

HEAD_OFFICE: Final = "000000"
"""Place number of the head office in a NITKU."""
COLUMNS: Final = (
    ("Masa Pajak", "TaxPeriodMonth"),
    ("Tahun Pajak", "TaxPeriodYear"),
    ("NPWP", "CounterpartTin"),
    ("ID TKU Penerima Penghasilan", "IDPlaceOfBusinessActivityOfIncomeRecipient"),
    ("Fasilitas", "TaxCertificate"),
    ("Kode Objek Pajak", "TaxObjectCode"),
    ("DPP", "TaxBase"),
    ("Tarif", "Rate"),
    ("Jenis Dok. Referensi", "Document"),
    ("Nomor Dok. Referensi", "DocumentNumber"),
    ("Tanggal Dok. Referensi", "DocumentDate"),
    ("ID TKU Pemotong", "IDPlaceOfBusinessActivity"),
    ("Opsi Pembayaran (IP)", "GovTreasurerOpt"),
    ("Nomor SP2D (IP)", "SP2DNumber"),
    ("Tanggal Pemotongan", "WithholdingDate"),
)
"""Column of the converter's sheet and element of the XML, in the order both have them."""
NUMBERS: Final = frozenset({"TaxPeriodMonth", "TaxPeriodYear", "TaxBase", "Rate"})


@dataclass(frozen=True, slots=True)
class SlipRow:
    """What one vendor's slips of one tax and period come to, in whole rupiah, and the papers of it."""

    vendor: str
    code: str
    base: int
    amount: int
    papers: list[Paper]
    waiting: int

    @property
    def label(self) -> str:
        """The tax in words."""
        return TAX_LABELS.get(self.code, self.code)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of the bulk file: its cells by element name (None: nothing to say), its base and tax in rupiah."""

    cells: dict[str, str | None]
    base: int
    amount: int

    @property
    def incomplete(self) -> bool:
        """Whether the tax office's program would send it back: no NPWP, or a tax object to be chosen by hand."""
        return not self.cells["CounterpartTin"] or "X" in (self.cells["TaxObjectCode"] or "X")


def income_taxes(actor: Actor, month: date) -> list[TaxLine]:
    """The income taxes that the unit's treasurer withheld in a period, with order, vendor and invoice."""
    found = lines_of(actor).filter(month=month, remitter="BENDAHARA").exclude(code="PPN")
    return list(
        found.select_related(
            "deposit", "obligation__invoice", "obligation__purchase__vendor__organisation"
        ).prefetch_related("obligation__purchase__lines")
    )


def slips(lines: Iterable[TaxLine]) -> list[SlipRow]:
    """Withheld taxes by vendor and tax, with the slips issued so far: one query for the papers."""
    groups: dict[tuple[str, int, str], list[TaxLine]] = {}
    told = list(lines)
    for tax in told:
        vendor = tax.obligation.purchase.vendor
        groups.setdefault((vendor.organisation.name, vendor.pk, tax.code), []).append(tax)
    papers = _papers(told)
    return [_slip(name, code, taxes, papers) for (name, _pk, code), taxes in sorted(groups.items())]


def file_rows(lines: Sequence[TaxLine], *, place: str) -> list[FileRow]:
    """The rows of the bulk file; `place` is the withholder's own NITKU (22 digits). One query for the SP2D."""
    sp2d = _sp2d(lines)
    return [_file_row(tax, place, sp2d.get(tax.obligation.purchase.number)) for tax in lines]


def _papers(lines: Sequence[TaxLine]) -> dict[str, Paper]:
    subjects = {str(tax.obligation.purchase_id) for tax in lines}
    found = Paper.objects.filter(
        kind="bukti_potong", subject_type="purchase", subject_id__in=subjects, is_void=False
    )
    return {paper.subject_id: paper for paper in found.defer("facts_text").order_by("version", "pk")}


def _slip(vendor: str, code: str, taxes: Sequence[TaxLine], papers: dict[str, Paper]) -> SlipRow:
    orders = [str(tax.obligation.purchase_id) for tax in taxes]
    return SlipRow(
        vendor,
        code,
        base=sum(int(Fraction(tax.base)) for tax in taxes),
        amount=sum(tax.amount for tax in taxes),
        papers=[papers[order] for order in orders if order in papers],
        waiting=sum(order not in papers for order in orders),
    )


def _sp2d(lines: Sequence[TaxLine]) -> dict[str, str]:
    numbers = [tax.obligation.purchase.number for tax in lines if tax.obligation.profile == "LS"]
    found = Evidence.objects.filter(
        kind=Evidence.Kind.SP2D, purchase_number__in=numbers, verified_at__isnull=False
    )
    return dict(found.values_list("purchase_number", "number"))


def _file_row(tax: TaxLine, place: str, sp2d: str | None) -> FileRow:
    obligation = tax.obligation
    npwp = obligation.purchase.vendor.npwp
    base, day = int(Fraction(tax.base)), tax.withheld_on or clock.day_of(obligation.created_at)
    cells = {
        "TaxPeriodMonth": str(tax.period.month),
        "TaxPeriodYear": str(tax.period.year),
        "CounterpartTin": npwp or None,
        "IDPlaceOfBusinessActivityOfIncomeRecipient": f"{npwp}{HEAD_OFFICE}" if npwp else None,
        "TaxCertificate": "PP23" if tax.code == "FINAL_UMKM" else "N/A",
        "TaxObjectCode": object_of(tax),
        "TaxBase": str(base),
        "Rate": _percent(Fraction(tax.rate)),
        "Document": "CommercialInvoice",
        "DocumentNumber": obligation.invoice.number,
        "DocumentDate": clock.day_of(obligation.invoice.issued_at).isoformat(),
        "IDPlaceOfBusinessActivity": place,
        "GovTreasurerOpt": "Direct" if obligation.profile == "LS" else "Imprest",
        "SP2DNumber": sp2d,
        "WithholdingDate": day.isoformat(),
    }
    return FileRow(cells, base, tax.amount)


def _percent(rate: Fraction) -> str:
    """`3/200` → `"1.5"`, exact for every rate of the table (two places at most)."""
    whole, cents = divmod(int(rate * 10_000), 100)
    return f"{whole}.{cents:02d}".rstrip("0").rstrip(".")

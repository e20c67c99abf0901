"""What a vendor answers about its tax letters: SBU, SKB, statement of turnover. Checked here, kept on the vendor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from marketplace.core import clock
from marketplace.core.transitions import Refused
from vendors.models import Vendor, VendorDocument

PAPERS: Final = (VendorDocument.Kind.SBU, VendorDocument.Kind.SKB, VendorDocument.Kind.STATEMENT)
"""The papers behind these letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """The letters by which a vendor is taxed otherwise; each whole or empty. What has lapsed may stay as it is."""

    construction_class: str = ""
    sbu_number: str = ""
    sbu_valid_from: date | None = None
    sbu_valid_to: date | None = None
    skb_number: str = ""
    skb_covers: str = ""
    skb_valid_from: date | None = None
    skb_valid_to: date | None = None
    statement_year: int | None = None

    def fill_letters(self, vendor: Vendor) -> None:
        """Write them on a vendor whose form and Suket are known. Raises Refused `sbu`, `skb`, `statement`."""
        sbu = (self.construction_class, self.sbu_number, self.sbu_valid_from, self.sbu_valid_to)
        skb = (self.skb_covers, self.skb_number, self.skb_valid_from, self.skb_valid_to)
        if sbu != (vendor.construction_class, vendor.sbu_number, vendor.sbu_valid_from, vendor.sbu_valid_to):
            _whole("sbu", "SBU", sbu, "kualifikasi, nomor, dan kedua tanggalnya", "PP 9/2022")
        if skb != (vendor.skb_covers, vendor.skb_number, vendor.skb_valid_from, vendor.skb_valid_to):
            _whole(
                "skb", "SKB", skb, "PPh yang dibebaskan, nomor, dan kedua tanggalnya", "PMK 59/PMK.03/2022"
            )
        if self.statement_year is not None and self.statement_year != vendor.statement_year:
            self._check_statement(vendor)
        vendor.construction_class, vendor.sbu_number, vendor.sbu_valid_from, vendor.sbu_valid_to = sbu
        vendor.skb_covers, vendor.skb_number, vendor.skb_valid_from, vendor.skb_valid_to = skb
        vendor.statement_year = self.statement_year

    def _check_statement(self, vendor: Vendor) -> None:
        today = clock.today()
        if self.statement_year != today.year:
            raise Refused(
                "statement",
                f"Pernyataan omzet hanya untuk tahun berjalan, {today.year}.",
                rule="PP 55/2022",
                fix="Isi tahun ini, atau kosongkan.",
            )
        if vendor.legal_form != Vendor.LegalForm.PERSON or not vendor.suket_on(today):
            raise Refused(
                "statement",
                "Pernyataan omzet hanya untuk usaha perorangan yang punya Suket PP 55/2022.",
                rule="PP 55/2022",
                fix="Isi juga Suket yang masih berlaku, atau kosongkan pernyataan ini.",
            )


def _whole(
    code: str, name: str, letter: tuple[str, str, date | None, date | None], asked: str, rule: str
) -> None:
    kind, number, first, last = letter
    if not any(letter):
        return
    if not (kind and number and first and last):
        raise Refused(code, f"{name} belum lengkap.", rule=rule, fix=f"Isi {asked}, atau kosongkan semuanya.")
    if last < first or last < clock.today():
        raise Refused(
            code,
            f"Tanggal akhir {name} sudah lewat atau mendahului tanggal awalnya.",
            rule=rule,
            fix="Isi tanggal seperti pada suratnya, atau kosongkan bila sudah tidak berlaku.",
        )


def wanted_papers(vendor: Vendor) -> list[VendorDocument.Kind]:
    """The papers that a vendor's letters ask for."""
    shown = (vendor.sbu_number, vendor.skb_number, vendor.statement_year)
    return [kind for kind, letter in zip(PAPERS, shown, strict=True) if letter]


def papers_lack(vendor: Vendor, wanted: list[VendorDocument.Kind]) -> list[str]:
    """Which of the papers wanted are not there, in words; a statement is one of its own year. One query."""
    newest = dict(vendor.documents.order_by("pk").values_list("kind", "uploaded_at"))
    year = vendor.statement_year
    return [
        str(kind.label)
        for kind in wanted
        if kind not in newest
        or (kind == VendorDocument.Kind.STATEMENT and year and clock.day_of(newest[kind]).year < year)
    ]

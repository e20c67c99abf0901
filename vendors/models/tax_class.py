"""How an offer is taxed: a refinement of its kind, under the names by which the tax decision table asks.

What is not refined is taxed as its kind usually is; the words are those a vendor chooses from. What follows for PPN
and PPh stands in the table (`procurement/taxation`), dated; nothing of it is repeated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

GOODS, SERVICE, CATERING = "BARANG", "JASA", "KATERING"


@dataclass(frozen=True, slots=True, order=True)
class TaxClass:
    """A kind of supply as the decision table knows it, with its commodity where that has rules of its own."""

    kind: str
    commodity: str = ""
    luxury: bool = False

    @property
    def code(self) -> str:
        """One word for it: `goods`, `goods.RICE`, `goods.luxury`, `rent`."""
        return ".".join(filter(None, (self.kind, self.commodity, "luxury" if self.luxury else "")))


ORDINARY: Final[Mapping[str, TaxClass]] = {
    GOODS: TaxClass("goods"),
    SERVICE: TaxClass("service"),
    CATERING: TaxClass("catering"),
}
"""By kind of offer: how it is taxed unless its vendor says more."""
REFINED: Final[Mapping[str, Mapping[TaxClass, tuple[str, str]]]] = {
    GOODS: {
        TaxClass("goods", luxury=True): (
            "Barang mewah (terkena PPnBM)",
            "PPN 12 % dari seluruh harga bila penyedianya PKP.",
        ),
        TaxClass("goods", "RICE"): ("Beras, gabah", "Tanpa PPN dan tanpa PPh 22."),
        TaxClass("goods", "STAPLE_FOOD"): (
            "Bahan pokok lain",
            "Jagung, sagu, kedelai, garam, daging, telur, susu, buah, sayur: tanpa PPN.",
        ),
        TaxClass("goods", "FUEL"): (
            "Bahan bakar minyak",
            "Tanpa PPh 22; PPN disetor penyedia sendiri.",
        ),
        TaxClass("goods", "GAS"): ("Gas", "Tanpa PPh 22."),
        TaxClass("goods", "LUBRICANT"): ("Pelumas", "Tanpa PPh 22."),
        TaxClass("goods", "STAMP"): ("Benda pos, meterai", "Tanpa PPh 22."),
        TaxClass("goods", "WATER"): ("Air", "Tanpa PPh 22."),
        TaxClass("goods", "ELECTRICITY"): ("Listrik", "Tanpa PPh 22."),
        TaxClass("goods", "EXEMPT"): ("Barang lain yang dibebaskan dari PPN", "Tanpa PPN."),
        TaxClass("non_object"): ("Barang lain yang bukan objek PPN", "Tanpa PPN."),
    },
    SERVICE: {
        TaxClass("rent"): ("Sewa barang atau alat", "PPh 23 atas sewa."),
        TaxClass("land_rent"): ("Sewa tanah atau bangunan", "PPh 4(2), 10 % dari sewa."),
        TaxClass("construction"): (
            "Jasa konstruksi",
            "PPh 4(2) menurut kualifikasi (SBU) penyedia.",
        ),
        TaxClass("service", "PUBLIC_TRANSPORT"): ("Angkutan umum orang", "Tanpa PPN."),
        TaxClass("service", "AIR_TRANSPORT"): (
            "Angkutan udara",
            "PPN disetor penyedia sendiri.",
        ),
        TaxClass("service", "PHONE"): ("Telepon", "PPN disetor penyedia sendiri."),
        TaxClass("service", "MEDICAL"): ("Jasa kesehatan", "Tanpa PPN."),
        TaxClass("service", "EDUCATION"): ("Jasa pendidikan", "Tanpa PPN."),
        TaxClass("service", "EXEMPT"): ("Jasa lain yang dibebaskan dari PPN", "Tanpa PPN."),
    },
    CATERING: {},
}
"""By kind of offer: the other ways in which it may be taxed, each in words and with what mostly follows."""
WITHOUT_PPN: Final = frozenset({"RICE", "STAPLE_FOOD", "MEDICAL", "EDUCATION", "PUBLIC_TRANSPORT", "EXEMPT"})
"""Commodities shown without PPN in the catalogue; an order asks the dated table."""


def code_of(kind: str, tax_kind: str, commodity: str, luxury: bool) -> str:
    """The code of a class as an offer of that kind keeps it; empty for the ordinary one."""
    found = TaxClass(tax_kind or ORDINARY[kind].kind, commodity, luxury)
    return "" if found == ORDINARY[kind] else found.code


def refined(kind: str, code: str) -> TaxClass | None:
    """The class of that code among those of a kind of offer; None for a code that is not. Empty: the ordinary one."""
    if code in {"", ORDINARY[kind].code}:
        return ORDINARY[kind]
    return next((each for each in REFINED[kind] if each.code == code), None)


class Taxed(models.Model):
    """What carries a tax class. An empty `tax_kind` is the ordinary one of its `kind`."""

    tax_kind = models.CharField(_("golongan pajak"), max_length=12, blank=True)
    commodity = models.CharField(_("komoditas menurut aturan pajak"), max_length=16, blank=True)
    luxury = models.BooleanField(_("barang mewah"), default=False)

    class Meta:
        abstract = True

    kind: ClassVar[str]

    @property
    def tax_class(self) -> TaxClass:
        """How it is taxed."""
        return TaxClass(self.tax_kind or ORDINARY[self.kind].kind, self.commodity, self.luxury)

    @property
    def tax_code(self) -> str:
        """The code of its class; empty for the ordinary one of its kind."""
        return code_of(self.kind, self.tax_kind, self.commodity, self.luxury)

    @property
    def tax_words(self) -> tuple[str, str]:
        """Its class in words and what mostly follows; empty words for the ordinary one of its kind."""
        return REFINED[self.kind].get(self.tax_class, ("", ""))

    def classify(self, tax_class: TaxClass) -> None:
        """Take a class over; the ordinary one of a kind is left unsaid."""
        said = tax_class.kind if tax_class.kind != ORDINARY[self.kind].kind else ""
        self.tax_kind, self.commodity, self.luxury = said, tax_class.commodity, tax_class.luxury


def fits_kind(name: str) -> models.CheckConstraint:
    """The constraint that a tax class is one of its kind of offer."""
    fitting = Q()
    for kind, ordinary in ORDINARY.items():
        classes = [ordinary, *REFINED[kind]]
        fitting |= Q(
            kind=kind,
            tax_kind__in=["", *dict.fromkeys(each.kind for each in classes)],
            commodity__in=list(dict.fromkeys(each.commodity for each in classes)),
            luxury__in=sorted({each.luxury for each in classes}),
        )
    return models.CheckConstraint(condition=fitting, name=name)

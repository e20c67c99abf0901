"""The cashless proof: the newest day of each region, one day whole, the last month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH, rupiah
from procurement.planning.models import BudgetMovement
from procurement.statistics.models import CashlessDay
from procurement.statistics.queries.editions import root_of

DAYS: Final = 31
COLUMNS: Final = {
    "daerah": gettext_lazy("Daerah"),
    "hari": gettext_lazy("Hari"),
    "selesai": gettext_lazy("Selesai"),
    "yang_kurang": gettext_lazy("Yang belum masuk atau belum dijelaskan"),
    "buku_seimbang": gettext_lazy("Buku seimbang"),
    "pesanan_masuk_sen": gettext_lazy("Pesanan: masuk (sen)"),
    "pesanan_keluar_sen": gettext_lazy("Pesanan: keluar (sen)"),
    "penyedia_masuk_sen": gettext_lazy("Penyedia pembayaran: masuk (sen)"),
    "bank_masuk_sen": gettext_lazy("Bank: masuk (sen)"),
    "bank_keluar_sen": gettext_lazy("Bank: keluar (sen)"),
    "tanpa_penjelasan_sen": gettext_lazy("Tanpa penjelasan (sen)"),
    "pengecualian_terbuka": gettext_lazy("Pengecualian terbuka"),
    "di_luar_sistem": gettext_lazy("Pembayaran di luar sistem tahun ini"),
    "belum_cocok": gettext_lazy("Uang belum cocok"),
    "daun": gettext_lazy("Daun titik periksa"),
    "akar": gettext_lazy("Akar titik periksa"),
}
SIDES: Final = (
    ("orders", gettext_lazy("Buku pesanan")),
    ("provider", gettext_lazy("Penyedia pembayaran")),
    ("bank", gettext_lazy("Rekening koran bank")),
)


def spent_today() -> int:
    """Rupiah that left the budgets today, of all regions: one query, for as long as no day is proved."""
    today = BudgetMovement.objects.filter(
        kind=BudgetMovement.Kind.SPEND, at__gte=clock.midnight(clock.today())
    )
    return int(today.aggregate(sum=Sum("amount", default=0))["sum"])


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the three says of the day, in whole rupiah."""

    name: str
    count: int
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class Proof:
    """One day of one region as people read it. Amounts are rupiah."""

    day: CashlessDay

    @property
    def sides(self) -> list[Side]:
        """The three sides."""
        return [self._side(code, str(name)) for code, name in SIDES]

    def _side(self, code: str, name: str) -> Side:
        told = self.day.told[code]
        return Side(
            name, told["count"], told["came_sen"] // SEN_PER_RUPIAH, told["went_sen"] // SEN_PER_RUPIAH
        )

    @property
    def verdict(self) -> str:
        """How the day stands, in a word or two."""
        if self.day.closed:
            return _("Selesai")
        return _("Ada yang belum dijelaskan") if self._odd else _("Rekening koran belum lengkap")

    @property
    def reasons(self) -> list[str]:
        """Why the day is not closed: what has not come in yet, and what nothing explains. Empty for a closed day."""
        if self.day.closed:
            return []
        return [*self._missing, *self._odd]

    @property
    def _missing(self) -> list[str]:
        accounts, covered = self.day.told["accounts"], self.day.told["covered"]
        if not accounts:
            return [
                _(
                    "Belum ada rekening bank daerah yang didaftarkan, jadi belum ada rekening koran pembanding."
                )
            ]
        if covered < accounts:
            told = {"n": accounts - covered, "of": accounts}
            return [_("Rekening koran hari ini belum masuk untuk %(n)d dari %(of)d rekening.") % told]
        return []

    @property
    def _odd(self) -> list[str]:
        told = self.day.told
        differences = sum(each["count"] for each in told["differences"].values())
        found = (
            (
                told["unexplained_sen"],
                _("%s berbeda antara buku dan bank tanpa penjelasan."),
                rupiah(self.unexplained),
            ),
            (differences, _("%d selisih belum diselesaikan; jenisnya ada di tabel."), differences),
            (told["open_exceptions"], _("%d pengecualian belum diputus petugas."), told["open_exceptions"]),
            (
                told["overdue"],
                _("%d pembayaran lewat batas dan belum tampak di rekening koran."),
                told["overdue"],
            ),
        )
        return [sentence % said for amount, sentence, said in found if amount]

    @property
    def unexplained(self) -> int:
        """What neither a transfer on its way nor an exception explains."""
        return abs(self.day.told["unexplained_sen"]) // SEN_PER_RUPIAH

    @property
    def on_its_way(self) -> int:
        """What only one of books and bank shows yet."""
        return abs(self.day.told["on_its_way_sen"]) // SEN_PER_RUPIAH

    @property
    def differences(self) -> list[tuple[str, int, int]]:
        """Kind in words, how many, how much."""
        found = self.day.told["differences"].values()
        return [(each["label"], each["count"], each["sen"] // SEN_PER_RUPIAH) for each in found]

    @property
    def debit(self) -> int:
        """All debit balances."""
        return self.day.debit // SEN_PER_RUPIAH

    @property
    def credit(self) -> int:
        """All credit balances."""
        return self.day.credit // SEN_PER_RUPIAH

    @property
    def unmatched(self) -> int:
        """Money that fits no order."""
        return self.day.unmatched_sen // SEN_PER_RUPIAH

    @property
    def root(self) -> str:
        """The root of the newest checkpoint when the day was counted."""
        return root_of(self.day.checkpoint) if self.day.checkpoint else ""


def newest_days() -> list[CashlessDay]:
    """The newest proof of each region: one query."""
    found = (
        CashlessDay.objects.order_by("region_id", "-day")
        .distinct("region_id")
        .select_related("region", "checkpoint")
    )
    return sorted(found, key=lambda each: each.region.klpd_code)


def proof_of(code: str, day: date) -> Proof | None:
    """The proof of one region and day: one query."""
    found = CashlessDay.objects.filter(region__klpd_code=code, day=day).select_related("region", "checkpoint")
    return next((Proof(each) for each in found), None)


def last_days(region_id: int) -> list[Proof]:
    """The last month of a region, the newest first: one query."""
    found = CashlessDay.objects.filter(region_id=region_id).select_related("region").order_by("-day")
    return [Proof(each) for each in found[:DAYS]]


def file_rows() -> Iterator[list[Any]]:
    """Every proof as the columns of a file."""
    found = CashlessDay.objects.select_related("region", "checkpoint").order_by("region__klpd_code", "-day")
    for each in found.iterator(chunk_size=500):
        told = each.told
        yield [
            each.region.name,
            each.day,
            each.closed,
            " ".join(Proof(each).reasons),
            each.balanced,
            told["orders"]["came_sen"],
            told["orders"]["went_sen"],
            told["provider"]["came_sen"],
            told["bank"]["came_sen"],
            told["bank"]["went_sen"],
            told["unexplained_sen"],
            told["open_exceptions"],
            each.outside,
            each.unmatched,
            each.checkpoint.size if each.checkpoint else None,
            root_of(each.checkpoint) if each.checkpoint else "",
        ]

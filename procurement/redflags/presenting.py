"""A flag's inputs and figures in words, with the orders, vendors and units they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.core.money import rupiah
from procurement.planning.queries import packages_for
from procurement.purchasing.queries import purchases_of
from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.models import RedFlag
from procurement.redflags.rules import RULES
from procurement.redflags.rules.words import CODE_LABELS, moment, percent
from vendors.models import Listing, Vendor

LABELS: Final = {
    "above": "Tepat di atas batas",
    "account": "Nomor urut rekening",
    "alike_bp": "Kesamaan",
    "all_orders": "Semua pesanan PPK",
    "all_value": "Nilai semua pesanan PPK",
    "at": "Saat",
    "band_bp": "Pita di bawah batas",
    "bid": "Penawaran masuk",
    "bidders": "Penawar",
    "bids": "Penawaran",
    "bits": "Bit yang berbeda",
    "close_days": "Hari yang berdekatan",
    "closing": "Penutupan",
    "codes": "Golongan KBKI",
    "count": "Jumlah pesanan",
    "crowd": "Paling banyak pihak",
    "days": "Hari",
    "december": "Belanja Desember",
    "delisted_after_days": "Diturunkan setelah (hari)",
    "discount_bp": "Potongan",
    "disqualified": "Digugurkan",
    "duties": "Tugas",
    "factor_bp": "Batas kenaikan",
    "fence": "Pagar",
    "hours": "Jam",
    "kbki": "KBKI",
    "kinds": "Yang sama",
    "limit": "Batas",
    "limits": "Batas-batas",
    "line": "Baris pesanan",
    "lines": "Pembelian pembanding",
    "listings": "Produk",
    "lowest": "Penawaran terendah",
    "lowest_valid": "Penawaran sah terendah",
    "median": "Harga tengah",
    "later": "Harga sesudahnya",
    "minutes": "Menit",
    "months": "Bulan pembanding",
    "least": "Paling sedikit",
    "least_bids": "Paling sedikit penawaran",
    "least_processes": "Paling sedikit pengadaan",
    "least_vendors": "Paling sedikit penyedia",
    "back_days": "Hari sampai harga kembali",
    "digits": "Angka KBKI",
    "fast_above": "Dinilai di atas",
    "filters": "Saringan",
    "invited": "Diundang",
    "letters": "Paling sedikit huruf",
    "match": "Kecocokan nama",
    "near_bits": "Batas bit yang berbeda",
    "negotiate_above": "Ditawar di atas",
    "night_from": "Malam sejak pukul",
    "night_to": "Malam sampai pukul",
    "offers": "Penawaran",
    "only_above": "Dinilai di atas",
    "outlier": "Pagar pencilan",
    "package": "Paket RUP",
    "package_orders": "Pesanan tiap paket",
    "percentile": "Persentil",
    "product": "Produk",
    "ratio": "Perbandingan (persen)",
    "same_vendor": "Penyedia yang sama",
    "likeness": "Kesamaan menurut",
    "deliveries": "Pengiriman",
    "without_photo": "Pengiriman tanpa foto",
    "delisted_days": "Batas hari diturunkan",
    "listing": "Produk",
    "later_after_days": "Turun setelah (hari)",
    "when": "Waktu",
    "negotiations": "Negosiasi",
    "orders": "Pesanan",
    "other": "Pesanan lain",
    "price": "Harga",
    "prices": "Harga yang sama",
    "processes": "Pengadaan",
    "same": "Dengan hasil sama",
    "second": "Penawaran kedua",
    "seconds": "Detik",
    "sections": "Seksi KBKI",
    "share_bp": "Bagian",
    "share_orders": "Paling sedikit pesanan untuk bagian",
    "threshold_bp": "Ambang",
    "sum": "Jumlah",
    "tenderers": "Penawar",
    "threshold": "Ambang",
    "total": "Nilai",
    "under": "Tepat di bawah batas",
    "unit": "Satuan",
    "units": "Satuan kerja",
    "value": "Nilai",
    "vendors": "Penyedia",
    "version": "Versi rekening",
    "winning": "Penawaran pemenang",
    "won": "Menang",
    "year": "Tahun",
    "section": "Seksi KBKI",
    "kbli": "KBLI penyedia",
    "orders_from": "Pesanan, sekurang-kurangnya",
    "buyers": "Jumlah satuan kerja",
    "excess": "Selisih pada pesanan",
    "least_excess": "Paling sedikit selisih",
    "spread_bp": "Lebar pagar",
    "part_bp": "Paling kecil tiap bagian",
    "usual_bp": "Lazimnya di bawah batas",
    "chance_bp": "Peluang kebetulan paling banyak",
    "expected": "Lazimnya",
    "judged": "Hanya yang digugurkan atas penilaian",
    "least_loss": "Paling sedikit selisih",
    "least_bp": "Paling sedikit",
}
"""What the names of inputs and values mean; a name not listed is shown as it is."""

MONEY: Final = frozenset(
    {"december", "fence", "later", "limit", "limits", "lowest", "lowest_valid", "median", "price", "prices"}
    | {
        "second",
        "sum",
        "total",
        "winning",
        "all_value",
        "fast_above",
        "negotiate_above",
        "only_above",
        "value",
        "excess",
        "least_excess",
        "least_loss",
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One input: its name, its value in words, and the pages of what it names, as (words, address)."""

    name: str
    words: str
    links: list[tuple[str, str]] = field(default_factory=list)


def title_of(code: str) -> str:
    """The name of a rule or an indicator; the code itself for one that is gone."""
    told = RULES.get(code) or INDICATORS.get(code)
    return told.title if told else code


def explanation_of(code: str) -> str:
    """Why it is a red flag."""
    told = RULES.get(code) or INDICATORS.get(code)
    return told.explanation if told else ""


def shown_inputs(flag: RedFlag, actor: Actor) -> list[Shown]:
    """What the rule saw: a query for each kind of thing it names. An order is named to who may read it."""
    inputs: Mapping[str, Any] = flag.inputs
    named = {
        "other": _orders(actor, [inputs["other"]]) if "other" in inputs else [],
        "orders": _orders(actor, inputs["orders"]) if isinstance(inputs.get("orders"), list) else [],
        "vendors": _vendors(inputs["vendors"]) if isinstance(inputs.get("vendors"), list) else [],
        "units": _units(inputs["units"]) if "units" in inputs else [],
        "package": _packages(actor, [inputs["package"]]) if "package" in inputs else [],
        "listing": _listings([inputs["listing"]]) if "listing" in inputs else [],
        "listings": _listings(inputs["listings"]) if "listings" in inputs else [],
    }
    return [
        Shown(LABELS.get(name, name), "" if named.get(name) else _words(name, value), named.get(name) or [])
        for name, value in inputs.items()
    ]


def shown_values(flag: RedFlag) -> list[Shown]:
    """The figures it was judged by."""
    return [Shown(LABELS.get(name, name), _words(name, value)) for name, value in flag.values.items()]


def _words(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, list):
        return ", ".join(_words(name, each) for each in value)
    if isinstance(value, int) and name in MONEY:
        return rupiah(value)
    if isinstance(value, int) and name.endswith("_bp"):
        return percent(value)
    if name == "at":
        return moment(value)
    return CODE_LABELS.get(str(value), str(value))


def _orders(actor: Actor, ids: Iterable[int]) -> list[tuple[str, str]]:
    found = purchases_of(actor).filter(pk__in=ids).order_by("pk").only("number")
    named = [(each.number, each.get_absolute_url()) for each in found]
    return named or [(_("pesanan satuan kerja lain"), "")]


def _packages(actor: Actor, ids: Iterable[int]) -> list[tuple[str, str]]:
    found = packages_for(actor).filter(pk__in=ids).only("kd_rup", "name")
    return [(f"{each.kd_rup} {each.name}", each.get_absolute_url()) for each in found]


def _listings(ids: Iterable[int]) -> list[tuple[str, str]]:
    found = Listing.objects.filter(pk__in=ids).select_related("product").order_by("pk")
    return [(each.product.title, each.get_absolute_url()) for each in found]


def _vendors(ids: Iterable[int]) -> list[tuple[str, str]]:
    found = (
        Vendor.objects.filter(pk__in=ids).select_related("organisation").only("slug", "organisation__name")
    )
    return [(each.name, each.get_absolute_url()) for each in found]


def _units(ids: Iterable[int]) -> list[tuple[str, str]]:
    return [(each.name, "") for each in Organisation.objects.filter(pk__in=ids).order_by("name").only("name")]

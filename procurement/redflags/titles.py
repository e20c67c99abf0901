"""What people call the thresholds of rules, by the last part of a parameter's code: it means the same in every rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.regulation.queries import Rule

THRESHOLDS: Final[Mapping[str, object]] = {
    "above": _("Hanya di atas nilai"),
    "alike_bp": _("Kemiripan paling sedikit"),
    "batch_days": _("Sepaket dalam"),
    "back_days": _("Dilihat ke belakang"),
    "band_bp": _("Sedekat ini di bawah batas"),
    "chance_bp": _("Peluang kebetulan paling banyak"),
    "close_days": _("Berdekatan dalam"),
    "crowd": _("Paling banyak pihak pada satu alamat"),
    "days": _("Jangka waktu"),
    "delisted_days": _("Turun dari etalase dalam"),
    "factor_bp": _("Perbandingan harga paling sedikit"),
    "fast_above": _("Persetujuan cepat: di atas nilai"),
    "hours": _("Jangka waktu"),
    "kbki_digits": _("Angka KBKI yang dibandingkan"),
    "kbli_of_kbki": _("KBLI yang cocok dengan KBKI"),
    "limits": _("Batas nilai"),
    "min_excess": _("Selisih pada pesanan paling sedikit"),
    "min_filters": _("Saringan paling sedikit"),
    "min_letters": _("Panjang uraian paling sedikit"),
    "min_lines": _("Pembelian pembanding paling sedikit"),
    "min_orders": _("Paling sedikit"),
    "min_total_orders": _("Pesanan seluruhnya paling sedikit"),
    "min_vendors": _("Penyedia pembanding paling sedikit"),
    "minutes": _("Lebih cepat dari"),
    "months": _("Dilihat ke belakang"),
    "near_bits": _("Beda gambar paling banyak"),
    "negotiate_above": _("Wajib negosiasi di atas nilai"),
    "night_from": _("Malam mulai"),
    "night_to": _("Malam sampai"),
    "options": _("Pilihan"),
    "package_orders": _("Pesanan pada satu paket"),
    "part_bp": _("Bagian terkecil tiap pesanan"),
    "sections": _("Seksi KBKI yang dinilai"),
    "share_bp": _("Bagian paling sedikit"),
    "share_orders": _("Pesanan untuk menghitung bagian"),
    "spread_bp": _("Lebar pagar sebaran harga"),
    "usual_bp": _("Lazimnya di bawah batas"),
}


def threshold_title(law: Rule) -> str:
    """What a threshold is called; one nobody has named is called after its unit."""
    told = THRESHOLDS.get(law.code.rpartition(".")[2])
    return str(told) if told else gettext("Ambang (%(unit)s)") % {"unit": law.unit}

"""What must hold before a competition is published or extended: one question a function, each raising Refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.places import place
from marketplace.regulation.queries import parameter, working_days_after
from procurement.competition.guards import BASIS
from procurement.competition.models import Competition, RequestLine
from procurement.competition.request.checking import Hint, Wanted, warnings_about
from procurement.purchasing.checks import SHORTEST_REASON
from vendors.models import Listing


def whole(competition: Competition, lines: Sequence[RequestLine]) -> None:
    """Everything a vendor must know is filled in."""
    gaps = {
        _("kategori"): competition.category_id,
        _("barang atau jasa yang diminta"): lines,
        _("alamat kirim"): competition.address,
        _("wilayah kirim"): competition.place_code,
        _("tanggal dibutuhkan"): competition.needed_by,
        _("waktu penutupan"): competition.closes_at,
    }
    missing = [str(name) for name, value in gaps.items() if not value]
    if missing:
        raise Refused(
            "incomplete",
            _("Rancangan belum lengkap: %(missing)s.") % {"missing": ", ".join(missing)},
            fix=_("Lengkapi isian itu, simpan, lalu umumkan."),
        )
    if place(competition.place_code) is None:
        raise Refused(
            "unknown_place",
            _("Kode wilayah %(code)s tidak dikenal.") % {"code": competition.place_code},
            fix=_("Isi kode kecamatan atau kelurahan menurut Kemendagri, contoh 31.71.01."),
        )


def long_enough(competition: Competition, closes_at: datetime, at: datetime) -> None:
    """Vendors get some working days to answer, and some time to deliver afterwards."""
    rule = parameter("competition.min_open_days", on=clock.day_of(at), region_id=competition.region_id)
    earliest = clock.day_of(working_days_after(at, int(rule.value)))
    if clock.day_of(closes_at) < earliest:
        raise Refused(
            "too_short",
            _("Penawaran dibuka paling sedikit %(n)d hari kerja, jadi sampai %(day)s atau sesudahnya.")
            % {"n": int(rule.value), "day": date_format(earliest, "j F Y")},
            rule=rule.legal_basis,
            fix=_("Mundurkan waktu penutupan."),
        )
    assert competition.needed_by is not None  # `whole` was asked before
    if competition.needed_by <= clock.day_of(closes_at):
        raise Refused(
            "needed_before_closing",
            _("Barang dibutuhkan %(day)s, padahal penawaran baru ditutup %(closing)s.")
            % {
                "day": date_format(competition.needed_by, "j F Y"),
                "closing": date_format(clock.day_of(closes_at), "j F Y"),
            },
            fix=_("Majukan penutupan, atau mundurkan tanggal dibutuhkan."),
        )


def money_there(competition: Competition) -> None:
    """The HPS fits the money that is left on the budget line."""
    if competition.hps_total > competition.budget_line.available:
        raise Refused(
            "budget_short",
            _("HPS %(hps)s melebihi pagu yang tersedia %(left)s.")
            % {"hps": rupiah(competition.hps_total), "left": rupiah(competition.budget_line.available)},
            rule="Perpres 16/2018 Pasal 26",
            fix=_("Kurangi jumlah, atau pilih baris anggaran lain."),
        )


def explained(hints: Sequence[Hint], reason: str) -> str:
    """Who publishes with an open warning says why. Returns the reason, empty without warnings."""
    if not hints:
        return ""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            "warnings_open",
            _("Masih ada %(n)d peringatan: %(first)s") % {"n": len(hints), "first": hints[0].sentence},
            rule=BASIS,
            fix=_("Perbaiki kalimat atau isiannya, atau tuliskan alasan mengumumkan apa adanya."),
        )
    return " ".join(reason.split())[:500]


def hints_for(competition: Competition, lines: Sequence[RequestLine]) -> list[Hint]:
    """The warnings about a competition's request as it stands beside its fields."""
    wanted = Wanted(
        food=competition.kind == Listing.Kind.CATERING,
        quantities=[each.quantity for each in lines],
        hps_prices=[each.hps_price for each in lines],
        hps_total=competition.hps_total,
        needed_by=competition.needed_by,
        needed_at=competition.needed_at,
        address=f"{competition.address} {competition.place_name}",
    )
    return warnings_about(competition.request_text, wanted, today=clock.today())

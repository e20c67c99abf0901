"""What is missing from a request, or says something else than the form: warnings in Indonesian. Pure.

A warning never blocks; who publishes with one says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.core.money import rupiah
from procurement.competition.request.reading import Reading, read

DAY_NAMES: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
SHORT: Final = 25
"""Letters; a shorter request says too little to be read at all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says, to compare with: amounts in whole rupiah, None or empty where nothing is filled in."""

    food: bool = False
    quantities: Sequence[int] = ()
    hps_prices: Sequence[int] = ()
    hps_total: int = 0
    needed_by: date | None = None
    needed_at: time | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to look at: a stable code, what is wrong, and what to write."""

    code: str
    sentence: str
    fix: str


def warnings_about(text: str, wanted: Wanted, *, today: date) -> list[Hint]:
    """All warnings about a request as it stands beside the form's fields, the missing first."""
    if len(text.strip()) < SHORT:
        return [
            Hint(
                "too_short",
                _("Kebutuhan belum dijelaskan dengan kalimat."),
                _(
                    "Tulis apa, berapa, kapan, di mana, dan batas harganya, seperti Anda menjelaskan kepada orang."
                ),
            )
        ]
    said = read(text, today=today)
    return [*_missing(said, wanted), *_contradictions(said, wanted, today)]


def _missing(said: Reading, wanted: Wanted) -> Iterable[Hint]:
    if not said.place:
        yield Hint("no_place", _("Tidak tertulis di mana."), _("Sebut gedung, lantai, atau alamatnya."))
    if not said.days and said.weekday is None:
        yield Hint("no_day", _("Tidak tertulis kapan."), _("Sebut hari dan tanggalnya."))
    if (said.food or wanted.food) and said.clock is None:
        yield Hint(
            "no_hour",
            _("Tidak tertulis jam berapa."),
            _("Makanan basi bila datang terlalu pagi; sebut jamnya."),
        )
    if not said.quantities:
        yield Hint("no_quantity", _("Tidak tertulis berapa banyak."), _("Sebut jumlah dan satuannya."))
    if (said.food or wanted.food) and not said.diets:
        yield Hint(
            "no_diet",
            _("Tidak tertulis pantangan makan."),
            _("Sebut berapa yang vegetarian, alergi, atau tulis “tidak ada pantangan”."),
        )
    if not said.amounts:
        yield Hint("no_budget", _("Tidak tertulis batas harga."), _("Sebut harga paling mahal per satuan."))


def _contradictions(said: Reading, wanted: Wanted, today: date) -> Iterable[Hint]:
    yield from _time_contradicts(said, wanted, today)
    yield from _number_contradicts(said, wanted)
    yield from _money_contradicts(said, wanted)
    missing_floors = [floor for floor in said.floors if wanted.address and floor not in wanted.address]
    if missing_floors:
        yield Hint(
            "place_differs",
            _("Kalimat menyebut lantai %(floor)s, alamat kirim tidak.") % {"floor": missing_floors[0]},
            _("Samakan alamat kirim dengan kalimatnya."),
        )


def _time_contradicts(said: Reading, wanted: Wanted, today: date) -> Iterable[Hint]:
    for day in said.days:
        if day < today:
            yield Hint(
                "day_past",
                _("Tanggal %(day)s sudah lewat.") % {"day": date_format(day, "j F Y")},
                _("Perbaiki tanggalnya."),
            )
    if said.weekday is not None and len(said.days) == 1 and said.days[0].weekday() != said.weekday:
        yield Hint(
            "weekday_differs",
            _("%(day)s adalah hari %(right)s, bukan %(wrong)s.")
            % {
                "day": date_format(said.days[0], "j F Y"),
                "right": DAY_NAMES[said.days[0].weekday()],
                "wrong": DAY_NAMES[said.weekday],
            },
            _("Samakan hari dan tanggalnya."),
        )
    if said.days and wanted.needed_by and wanted.needed_by not in said.days:
        yield Hint(
            "day_differs",
            _("Kalimat menyebut %(said)s, isian menyebut %(form)s.")
            % {
                "said": date_format(said.days[0], "j F Y"),
                "form": date_format(wanted.needed_by, "j F Y"),
            },
            _("Samakan tanggal pada kalimat dan isian."),
        )
    if said.clock and wanted.needed_at and said.clock != wanted.needed_at:
        yield Hint(
            "hour_differs",
            _("Kalimat menyebut jam %(said)s, isian menyebut jam %(form)s.")
            % {"said": said.clock.strftime("%H.%M"), "form": wanted.needed_at.strftime("%H.%M")},
            _("Samakan jam pada kalimat dan isian."),
        )


def _number_contradicts(said: Reading, wanted: Wanted) -> Iterable[Hint]:
    things = [each for each in said.quantities if not each.people] or list(said.quantities)
    if not things or not wanted.quantities:
        return
    told = {each.many for each in things}
    if not told & {*wanted.quantities, sum(wanted.quantities)}:
        largest = max(things, key=lambda each: each.many)
        yield Hint(
            "quantity_differs",
            _("Kalimat menyebut %(said)d %(what)s, isian menyebut %(form)d.")
            % {"said": largest.many, "what": largest.what, "form": sum(wanted.quantities)},
            _("Samakan jumlah pada kalimat dan isian."),
        )
    people = [each.many for each in said.quantities if each.people]
    if people and wanted.food and max(people) > sum(wanted.quantities):
        yield Hint(
            "fewer_than_people",
            _("Ada %(people)d orang, tetapi hanya %(form)d yang dipesan.")
            % {"people": max(people), "form": sum(wanted.quantities)},
            _("Periksa jumlahnya; mungkin ada yang tidak kebagian."),
        )


def _money_contradicts(said: Reading, wanted: Wanted) -> Iterable[Hint]:
    each = [amount.rupiah for amount in said.amounts if amount.each]
    if each and wanted.hps_prices and max(wanted.hps_prices) > max(each):
        yield Hint(
            "budget_differs",
            _("Kalimat menyebut paling mahal %(said)s, HPS satuan %(form)s.")
            % {"said": rupiah(max(each)), "form": rupiah(max(wanted.hps_prices))},
            _("Samakan batas harga pada kalimat dan HPS."),
        )
    whole = [amount.rupiah for amount in said.amounts if not amount.each]
    if whole and wanted.hps_total and wanted.hps_total > max(whole):
        yield Hint(
            "total_differs",
            _("Kalimat menyebut dana %(said)s, jumlah HPS %(form)s.")
            % {"said": rupiah(max(whole)), "form": rupiah(wanted.hps_total)},
            _("Samakan dana pada kalimat dan HPS."),
        )

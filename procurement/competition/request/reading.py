"""What a request in plain Indonesian says: how many, when, where, which diet, how much money. Pure.

It reads for hints, not for truth: what it does not find may still be there in other words, so what follows from it are
warnings and proposals, never refusals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import takewhile
from typing import Final

_MONTHS: Final = (
    "januari februari maret april mei juni juli agustus september oktober november desember".split()
)
_SHORT_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "agu": 8, "agt": 8, "ags": 8, "sep": 9, "sept": 9,
    "okt": 10, "nov": 11, "des": 12,
}  # fmt: skip
_DAYS: Final = {
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "jum'at": 4, "sabtu": 5, "minggu": 6, "ahad": 6,
}  # fmt: skip
_WORDS: Final = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "sepuluh": 10, "sebelas": 11, "selusin": 12, "seratus": 100, "seribu": 1_000,
}  # fmt: skip
_TENS: Final = re.compile(r"\b(dua|tiga|empat|lima|enam|tujuh|delapan|sembilan) (belas|puluh|ratus|ribu)\b")
_FACTOR: Final = {"rb": 1_000, "ribu": 1_000, "k": 1_000, "jt": 1_000_000, "juta": 1_000_000, "": 1}
_UNITS: Final = (
    "kotak|box|boks|dus|doos|porsi|paket|pak|pack|bungkus|rim|lembar|buah|bh|pcs|biji|unit|set|lusin|botol|gelas|galon|"
    "orang|peserta|tamu|pegawai|pax|kg|kilogram|gram|liter|meter|m2|roll|gulung|stel|pasang|eksemplar|exp|titik|"
    "ruangan|ruang|bulan|hari|kali|sak|karung|kaleng|strip|tabung|tangkai|helai"
)
_PEOPLE: Final = frozenset("orang peserta tamu pegawai pax".split())
_STATED_TIME: Final = frozenset("bulan hari kali".split())
_STOPS: Final = frozenset(
    "di ke dari pada untuk utk bagi yang dan atau dengan jam pukul tanggal tgl hari lantai buat paling "
    "maksimal maks per serta oleh saat ketika dalam antaranya nya lagi kali seharga harga sampai "
    "hingga pagi siang sore malam wib".split()
)
_NUMBER = r"\d{1,3}(?:\.\d{3})+|\d+(?:,\d+)?"
_MONEY: Final = re.compile(
    rf"(?:(?P<rp>\brp\.?\s*)|(?<![\w.,:/]))(?P<number>{_NUMBER})\s*(?P<factor>rb|ribu|k|jt|juta)?\b(?P<dash>\s*,-)?"
)
_PER: Final = re.compile(
    rf"^\s*(?:-?an\s*)?(?:/|per|se|tiap|setiap|untuk setiap|untuk tiap)\s*(?:{_UNITS})\b"
)
_SAYS_MONEY: Final = re.compile(
    r"(?:maks(?:imal|imum)?|paling (?:mahal|banyak|tinggi)|tidak lebih dari|di bawah|harga|seharga|"
    r"anggaran|budget|bujet|pagu|dana|biaya|sekitar|kisaran|total)"
    r"(?:nya)?(?: harga)?(?: satuan)?(?: adalah| sebesar| senilai)?\s*:?\s*$"
)
_TOTAL: Final = re.compile(r"(?:total|anggaran|budget|bujet|pagu|dana|seluruh|semua)\w*\s+(?:\w+\s+){0,3}$")
_MANY: Final = re.compile(
    rf"(?<![\w.,:/])(?P<many>\d{{1,3}}(?:\.\d{{3}})+|\d{{1,6}})(?:\s*(?P<what>{_UNITS})\b)?(?P<rest>(?:\s+[a-z-]+){{0,3}})"
)
_CLOCK: Final = re.compile(
    r"\b(?:jam|pukul|pkl)\.?\s*(?P<h>[01]?\d|2[0-4])(?:[.:](?P<m>[0-5]\d))?"
    r"(?:\s*(?P<part>pagi|siang|sore|malam))?"
)
_PLAIN_CLOCK: Final = re.compile(r"(?<![\d.,])(?P<h>[01]?\d|2[0-3])[.:](?P<m>[0-5]\d)\s*wib\b")
_DATE: Final = re.compile(
    r"\b(?P<d>[0-3]?\d)\s+(?P<month>" + "|".join([*_MONTHS, *_SHORT_MONTHS]) + r")\b\.?(?:\s+(?P<y>20\d\d))?"
)
_DIGIT_DATE: Final = re.compile(
    r"(?<![\d.])(?P<d>[0-3]?\d)[-/](?P<mon>[01]?\d)(?:[-/](?P<y>20\d\d|\d\d))?(?![\d.])"
)
_ISO_DATE: Final = re.compile(r"\b(?P<y>20\d\d)-(?P<mon>[01]\d)-(?P<d>[0-3]\d)\b")
_ONLY_DAY: Final = re.compile(r"\b(?:tanggal|tgl)\.?\s*(?P<d>[0-3]?\d)\b(?!\s*[-/.\d])")
_RELATIVE: Final = {
    "hari ini": 0,
    "besok": 1,
    "lusa": 2,
    "minggu depan": 7,
    "pekan depan": 7,
    "bulan depan": 30,
}
_PLACE: Final = re.compile(
    r"\b(?:(?:di|ke|kirim ke|diantar ke|antar ke|lokasi|tempat|alamat)\s*:?\s+)?"
    r"(?:lantai|lt\.?|gedung|kantor|aula|ruang(?:an)?|jalan|jl\.?|gang|balai|sekolah|puskesmas|pendopo|kelurahan|"
    r"kecamatan|posyandu|gor|taman|gudang|rptra|wisma|hotel|masjid|pasar|rumah sakit|rsud|blok|kompleks|komplek|"
    r"dinas|sd|sdn|smp|smpn|sma|sman|smk|smkn)\s+[\w/.-]+"
)
_AT_PLACE: Final = re.compile(
    r"\b(?:di|ke)\s+(?!mana\b|bawah\b|atas\b|antara\b|luar\b|dalam\b|samping\b|tempat\b)[a-z]"
)
_DIET: Final = {
    "vegetarian": r"vegetarian|vege\b|tanpa daging",
    "vegan": r"\bvegan",
    "halal": r"\bhalal",
    "diabetes": r"diabet|tanpa gula|rendah gula",
    "alergi": r"alergi|alergen|tanpa kacang|tanpa udang|tanpa seafood|bebas gluten",
    "pantangan": r"pantangan|rendah garam|tanpa santan|tidak pedas|tanpa cabai|diet\b|lunak",
    "tidak ada": r"(?:tidak|tak|tanpa) ada (?:pantangan|diet|alergi)|semua makan biasa",
}
_FOOD: Final = re.compile(
    r"\b(?:nasi|snack|kue|makan(?:an)?|minum(?:an)?|konsumsi|katering|catering|prasmanan|kopi|teh|jajan(?:an)?|roti|"
    r"tumpeng|buah potong|air mineral|lauk|sarapan|kudapan|bubur|soto)\b"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of things as written: `what` is the unit or the next word, `phrase` the words that follow."""

    many: int
    what: str
    phrase: str = ""

    @property
    def people(self) -> bool:
        """Whether it counts people rather than things."""
        return self.what in _PEOPLE


@dataclass(frozen=True, slots=True)
class Amount:
    """Rupiah as written; `each`: for one piece, not for all of it."""

    rupiah: int
    each: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found in a text."""

    days: tuple[date, ...] = ()
    weekday: int | None = None
    clock: time | None = None
    quantities: tuple[Quantity, ...] = ()
    amounts: tuple[Amount, ...] = ()
    diets: tuple[str, ...] = ()
    place: bool = False
    food: bool = False
    floors: tuple[str, ...] = field(default=())


def read(text: str, *, today: date) -> Reading:
    """Read a request as written on `today`; a date without a year is the next one."""
    plain = _plain(text)
    days, rest = _dates(plain, today)
    clock, rest = _clock(rest)
    amounts, rest = _amounts(rest)
    rest = re.sub(
        r"\b(?:lantai|lt\.?|nomor|no\.?|blok|rt\.?|rw\.?|triwulan|tahap|ruang(?:an)?|gedung|km)\s*\d+\w*",
        " ",
        rest,
    )
    return Reading(
        days=days,
        weekday=next((number for name, number in _DAYS.items() if re.search(rf"\b{name}\b", plain)), None),
        clock=clock,
        quantities=tuple(_quantities(rest)),
        amounts=amounts,
        diets=tuple(name for name, pattern in _DIET.items() if re.search(pattern, plain)),
        place=bool(_PLACE.search(plain) or _AT_PLACE.search(plain)),
        food=bool(_FOOD.search(plain)),
        floors=tuple(re.findall(r"\b(?:lantai|lt\.?)\s*(\d+)", plain)),
    )


def _plain(text: str) -> str:
    """Lower case, single spaces, number words as figures."""
    plain = re.sub(r"\s+", " ", text.casefold())
    scale = {"belas": 0, "puluh": 10, "ratus": 100, "ribu": 1_000}

    def figure(found: re.Match[str]) -> str:
        unit, size = _WORDS[found[1]], scale[found[2]]
        return str(10 + unit if size == 0 else unit * size)

    plain = _TENS.sub(figure, plain)
    return re.sub(
        r"\b(" + "|".join(_WORDS) + rf")\b(?=\s+(?:{_UNITS}|nasi|snack|ruang)\b)",
        lambda found: str(_WORDS[found[1]]),
        plain,
    )


def _dates(plain: str, today: date) -> tuple[tuple[date, ...], str]:
    found: list[date] = []
    for pattern in (_ISO_DATE, _DATE, _DIGIT_DATE):
        for match in pattern.finditer(plain):
            day = _day(match, today)
            found += [day] if day else []
        plain = pattern.sub(" ", plain)
    for match in _ONLY_DAY.finditer(plain):
        day = _next_with_number(int(match["d"]), today)
        found += [day] if day else []
    plain = _ONLY_DAY.sub(" ", plain)
    for words, later in _RELATIVE.items():
        if re.search(rf"\b{words}\b", plain):
            found.append(today + timedelta(days=later))
    return tuple(dict.fromkeys(found)), plain


def _day(match: re.Match[str], today: date) -> date | None:
    told = match.groupdict()
    month = int(told["mon"]) if told.get("mon") else _month(told.get("month") or "")
    year = int(told["y"]) if told.get("y") else 0
    try:
        if year:
            return date(year + 2_000 if year < 100 else year, month, int(told["d"]))
        day = date(today.year, month, int(told["d"]))
        return day if day >= today else date(today.year + 1, month, int(told["d"]))
    except ValueError:
        return None


def _month(name: str) -> int:
    return _MONTHS.index(name) + 1 if name in _MONTHS else _SHORT_MONTHS.get(name, 0)


def _next_with_number(number: int, today: date) -> date | None:
    for later in range(62):
        day = today + timedelta(days=later)
        if day.day == number:
            return day
    return None


def _clock(plain: str) -> tuple[time | None, str]:
    match = _CLOCK.search(plain) or _PLAIN_CLOCK.search(plain)
    if match is None:
        return None, plain
    told = match.groupdict()
    hour = int(told["h"]) % 24
    if (told.get("part") in {"sore", "malam"} and hour < 12) or (told.get("part") == "siang" and hour < 5):
        hour += 12
    return time(hour, int(told["m"] or 0)), plain[: match.start()] + " " + plain[match.end() :]


def _amounts(plain: str) -> tuple[tuple[Amount, ...], str]:
    found, rest = [], plain
    for match in _MONEY.finditer(plain):
        before, after = plain[: match.start()], plain[match.end() :]
        marked = match["rp"] or match["factor"] or match["dash"]
        number = float(match["number"].replace(".", "").replace(",", "."))
        if not marked and not (_SAYS_MONEY.search(before) and number >= 1_000):
            continue
        if (
            not match["rp"]
            and match["factor"] in {"ribu", "rb", "k"}
            and re.match(rf"\s*(?:{_UNITS})\b", after)
        ):
            continue  # seribu lembar, 2 ribu kotak: a number of things
        rupiah = round(number * _FACTOR[match["factor"] or ""])
        each = bool(_PER.match(after)) or (not _TOTAL.search(before) and rupiah < 1_000_000)
        found.append(Amount(rupiah, each))
        rest = rest.replace(match[0], " " * len(match[0]), 1)
    return tuple(found), rest


def _quantities(plain: str) -> Iterator[Quantity]:
    for match in _MANY.finditer(plain):
        many = int(match["many"].replace(".", ""))
        words = list(takewhile(lambda word: word not in _STOPS, match["rest"].split()))
        what = match["what"] or (words[0] if words else "")
        if many and what not in _STATED_TIME and what != "":
            yield Quantity(many, what, " ".join(words))

"""Tax questions as plain JSON objects, and their answers: for the simulator, for tests and for other programs. Pure.

A question carries the fields of the worked table (`id, kind, pkp, suket, mech, collector, price`) and, when wanted,
`date, npwp_valid, individual, statement_500m, luxury, tax_inclusive, construction_class, pbjt_registered, commodity,
split, skb, school_fund, shipping, groups`. Words are read in English and Indonesian; unknown fields are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, cast

from marketplace.core.money import NotRupiah, parse_rupiah
from procurement.taxation.evaluate import (
    Collector,
    Group,
    Kind,
    Mechanism,
    Supply,
    TaxLine,
    TaxPlan,
    evaluate,
    evaluate_inclusive,
    with_delivery,
)
from procurement.taxation.table import Rule

MOST: Final = 10**15
"""Rupiah of the largest question that is answered: a thousand times the largest order."""

KINDS: Final = {
    "goods": "goods barang good",
    "service": "service services jasa jasa_lainnya",
    "catering": "catering katering makanan makanan_minuman jasa_boga konsumsi",
    "rent": "rent sewa sewa_barang rental sewa_peralatan",
    "land_rent": "land_rent sewa_tanah sewa_bangunan sewa_tanah_bangunan building_rent sewa_gedung",
    "construction": "construction konstruksi jasa_konstruksi pekerjaan_konstruksi",
    "non_object": "non_object bukan_objek non_objek nonobject non_ppn",
}
CLASSES: Final = {
    "SMALL": "small kecil s k",
    "MEDIUM": "medium menengah sedang m",
    "LARGE": "large besar l b",
    "NONE": "none tanpa tidak_ada tanpa_kualifikasi unqualified tidak_berkualifikasi",
}
MECHANISMS: Final = {
    "UP": "up gu tu up_gu uang_persediaan cms cms_transfer qris va transfer",
    "LS": "ls langsung ls_sp2d sp2d",
    "KKPD": "kkpd kki kkp kartu card kartu_kredit_pemerintah",
}
COLLECTORS: Final = {
    "BENDAHARA": "bendahara treasurer bendahara_pengeluaran",
    "PLATFORM": "platform pihak_lain marketplace",
}
COMMODITIES: Final = {
    "FUEL": "fuel bbm bahan_bakar bensin solar",
    "GAS": "gas lpg elpiji",
    "LUBRICANT": "lubricant pelumas oli",
    "STAMP": "stamp stamps benda_pos meterai materai prangko",
    "WATER": "water air air_minum",
    "ELECTRICITY": "electricity listrik",
    "RICE": "rice beras gabah unhusked_rice",
    "PHONE": "phone telephone telepon",
    "LAND": "land tanah",
    "AIR_TRANSPORT": "air_transport angkutan_udara pesawat tiket_pesawat",
    "PUBLIC_TRANSPORT": "public_transport angkutan_umum angkutan_orang personal_transport",
    "STAPLE_FOOD": "staple_food bahan_pokok sembako",
    "MEDICAL": "medical kesehatan jasa_kesehatan",
    "EDUCATION": "education pendidikan jasa_pendidikan",
    "EXEMPT": "exempt dibebaskan bebas_ppn",
}
YES: Final = frozenset({"true", "ya", "yes", "y", "1", "benar"})
NO: Final = frozenset({"false", "tidak", "no", "n", "t", "0", "bukan", "salah", ""})
FLAGS: Final = {
    "pkp": ("pkp",),
    "suket": ("suket", "suket_pp55"),
    "npwp_valid": ("npwp_valid", "npwp"),
    "statement_500m": ("statement_500m", "pernyataan_500jt"),
    "individual": ("individual", "orang_pribadi", "perorangan"),
    "pbjt_registered": ("pbjt_registered", "pbjt"),
    "skb": ("skb",),
    "school_fund": ("school_fund", "bos", "bop"),
    "split": ("split", "dipecah"),
}
"""Facts of a payment by the names under which they may be asked."""


class BadVector(ValueError):
    """A question that cannot be answered; the message says what is wrong and how to mend it."""


def answer(vector: Mapping[str, Any], rules: Iterable[Rule], *, today: date) -> dict[str, Any]:
    """The taxes of one question as plain JSON values; amounts are whole rupiah.

    Raises BadVector for a field that cannot be read, Refused when the table has no rule for the case.
    """
    supply, inclusive = supply_from(vector, today=today)
    plan = evaluate_inclusive(supply, rules) if inclusive else evaluate(supply, rules)
    return {"id": vector.get("id"), **result_of(plan)}


def supply_from(vector: Mapping[str, Any], *, today: date) -> tuple[Supply, bool]:
    """The supply a question describes, and whether its prices include PPN. Raises BadVector."""
    if not isinstance(vector, Mapping):
        raise BadVector("Baris bukan objek JSON. Tulis satu objek {…} per baris.")
    known: Mapping[str, Any] = {str(key): value for key, value in vector.items() if value is not None}
    facts = {name: _flag(known, *names, default=name == "npwp_valid") for name, names in FLAGS.items()}
    if facts["statement_500m"] and "individual" not in known:
        facts["individual"] = True  # nobody else can make that statement
    supply = Supply(
        groups=_groups(known),
        on=_day(known, today),
        mechanism=cast(Mechanism, _word(known, ("mech", "mechanism"), MECHANISMS, default="UP")),
        collector=cast(Collector, _word(known, ("collector",), COLLECTORS, default="BENDAHARA")),
        **facts,
    )
    return supply, _flag(known, "tax_inclusive", "termasuk_ppn", default=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan as other programs compare it; amounts are whole rupiah.

    `ppn_by` is who brings PPN to the state, collector or vendor; `cash` what is transferred to the vendor.
    """

    lines: list[dict[str, Any]]
    price: int
    ppn: int
    ppn_by: str | None
    pph_code: str | None
    pph: int
    gross: int
    cash: int
    reason: str


def result_of(plan: TaxPlan) -> dict[str, Any]:
    """A plan as plain JSON values, in the shape of `Answer`."""
    ppn = [line for line in plan.lines if line.code == "PPN"]
    income = [line for line in plan.lines if not line.on_top]
    told = Answer(
        lines=[line_of(line) for line in plan.lines],
        price=plan.price,
        ppn=plan.ppn,
        ppn_by=("collector" if ppn[0].withheld else "vendor") if ppn else None,
        pph_code="+".join(dict.fromkeys(line.code for line in income)) or None,
        pph=sum(line.amount for line in income),
        gross=plan.gross,
        cash=plan.cash,
        reason=plan.reason,
    )
    return asdict(told)


def line_of(line: TaxLine) -> dict[str, Any]:
    """One tax of a plan: base and rate exact, as decimal where that is exact, else as fraction."""
    return {
        "code": line.code,
        "base": exact(Fraction(line.base)),
        "rate": exact(Fraction(line.rate)),
        "amount": line.amount,
        "remitter": line.remitter,
        "rule_id": line.rule_id,
        "rule_version": line.rule_version,
        "base_kind": line.base_kind,
        "legal_basis": line.legal_basis,
    }


def exact(value: Fraction) -> str:
    """`Fraction(3, 200)` → `"0.015"`, `Fraction(27500000, 3)` → `"27500000/3"`."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(value)
    places = max(twos, fives)
    digits = f"{value.numerator * 10**places // value.denominator:0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _groups(known: Mapping[str, Any]) -> tuple[Group, ...]:
    parts = known.get("groups")
    if parts is None:
        parts = [known]
    if not isinstance(parts, list) or not parts or not all(isinstance(each, Mapping) for each in parts):
        raise BadVector("“groups” harus daftar objek, masing-masing dengan “kind” dan “price”.")
    groups = [_group({**_shared(known), **each}) for each in parts]
    return with_delivery(groups, _amount(known, "shipping", default=0))


def _shared(known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in known.items() if key in {"luxury", "commodity", "construction_class"}
    }


def _group(part: Mapping[str, Any]) -> Group:
    if "kind" not in part:
        raise BadVector(f"“kind” belum diisi. Pilih salah satu: {', '.join(KINDS)}.")
    kind = _word(part, ("kind",), KINDS)
    klass = _word(part, ("construction_class", "qualification", "kualifikasi"), CLASSES, default="NONE")
    price = _amount(part, "price")
    if price <= 0:
        raise BadVector(f"“price” {price} harus lebih dari nol rupiah.")
    return Group(
        kind=cast(Kind, kind),
        price=price,
        commodity=_word(part, ("commodity", "komoditas"), COMMODITIES, default=""),
        luxury=_flag(part, "luxury", "mewah", default=False),
        qualification=klass if kind == "construction" else "",
        skb=_flag(part, "skb", default=False),
    )


def _word(
    known: Mapping[str, Any], names: tuple[str, ...], choices: Mapping[str, str], default: str | None = None
) -> str:
    name = next((each for each in names if each in known), names[0])
    said = known.get(name, "")
    key = re.sub(r"[\s\-/]+", "_", str(said).strip().lower())
    if not key and default is not None:
        return default
    for code, words in choices.items():
        if key == code.lower() or key in words.split():
            return code
    raise BadVector(f"“{name}” {said!r} tidak dikenal. Pilih salah satu: {', '.join(choices)}.")


def _flag(known: Mapping[str, Any], *names: str, default: bool) -> bool:
    name = next((each for each in names if each in known), None)
    if name is None:
        return default
    said = known[name]
    if isinstance(said, bool):
        return said
    word = str(said).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadVector(f"“{name}” {said!r} bukan ya/tidak. Isi true atau false.")


def _amount(known: Mapping[str, Any], name: str, default: int | None = None) -> int:
    said = known.get(name, default)
    if said is None:
        raise BadVector(f"“{name}” belum diisi. Isi rupiah bulat, contoh 10000000.")
    amount = _rupiah(name, said)
    if not -MOST <= amount <= MOST:
        raise BadVector(f"“{name}” terlalu besar. Paling banyak {MOST} rupiah.")
    return amount


def _rupiah(name: str, said: Any) -> int:
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    if isinstance(said, float) and said.is_integer() and abs(said) <= MOST:
        return int(said)
    if isinstance(said, str):
        try:
            return parse_rupiah(said)
        except NotRupiah as fault:
            raise BadVector(f"“{name}”: {fault}") from fault
    raise BadVector(f"“{name}” {said!r} bukan rupiah bulat. Isi angka tanpa sen, contoh 10000000.")


def _day(known: Mapping[str, Any], today: date) -> date:
    said = known.get("date", known.get("tanggal"))
    if said in (None, ""):
        return today
    if isinstance(said, date):
        return said
    text = str(said).strip()[:10]
    turned = re.fullmatch(r"(\d{2})[-/](\d{2})[-/](\d{4})", text)
    try:
        return date.fromisoformat("-".join(reversed(turned.groups())) if turned else text)
    except ValueError as fault:
        raise BadVector(f"“date” {said!r} bukan tanggal. Isi TTTT-BB-HH, contoh 2026-10-22.") from fault

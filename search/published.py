"""The whole formula of the order, in words and numbers, as anybody may read and check it. Three queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from marketplace.core import clock
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import parameter
from search import synonyms
from search.models import StandingDay
from search.ranking import (
    EIGHTHS,
    MARKET,
    RANKING_VERSION,
    REPEATED,
    STANDING_PARTS,
    WINDOW,
    by_place,
    taking_turns,
)
from vendors import exposure
from vendors.exposure import Inputs
from vendors.queries import Thresholds

FIT: Final = (
    ("title", "Kata berdiri di nama produk", "8/8 dari poin kata itu"),
    ("head", "Kata berdiri di kategori, jenis, atau atribut", f"{EIGHTHS[1]}/8"),
    ("elsewhere", "Kata hanya ada di keterangan atau nama penyedia", f"{EIGHTHS[2]}/8"),
)
"""Fields, in words, and what of a word's points each gives."""
EXAMPLE: Final = (
    (
        "Nasi kotak ayam",
        "Penyedia baru tanpa pesanan, harga tengah, sanggup sepuluh pesanan terkecil, produk dalam negeri.",
        ("title", "title"),
        Inputs(None, "MIDDLE", capacity=10, newcomer=True, domestic=1),
    ),
    (
        "Paket nasi hemat isi empat lauk",
        "Skor 90, termurah di golongannya, dua kali bagian rata; “kotak” hanya ada di keterangan.",
        ("title", "elsewhere"),
        Inputs(90, "LOW", capacity=10, share_of_even=200, domestic=1),
    ),
)
"""Two listings for the question “nasi kotak”: title, what is known, where the two words stand, the rest."""


def published() -> dict[str, Any]:
    """The formula in force today with its versions, as plain JSON values."""
    rule, version = parameter("exposure.weights"), parameter("exposure.version")
    weights, limits = rule.value, Thresholds.of()
    computed = StandingDay.objects.order_by("-day").values_list("at", flat=True).first()
    return {
        "version": RANKING_VERSION,
        "weights_version": version.value,
        "valid_from": rule.valid_from.isoformat(),
        "legal_basis": rule.legal_basis,
        "synonyms": synonyms.version(),
        "fit": {
            "most": MARKET.words + MARKET.together + MARKET.short[0],
            "words": MARKET.words,
            "together": MARKET.together,
            "short_title": list(MARKET.short),
            "fields": [{"field": field, "says": says, "gives": gives} for field, says, gives in FIT],
        },
        "parts": [
            {
                "part": part,
                "says": says,
                "most": weights[part],
                "steps": sorted(set(exposure.rungs(part, weights))),
            }
            for part, says in exposure.PARTS.items()
            if weights.get(part)
        ],
        "newcomer_days": parameter("exposure.first_order_days").value,
        "share_window_days": parameter("exposure.window_days").value,
        "tkdn_min_percent": limits.tkdn // 100,
        "tkdn_and_bmp_min_percent": limits.together // 100,
        "turning": {
            "window": WINDOW,
            "by": "SHA-256(kata, NUL, tanggal, NUL, nomor produk), enam byte pertama",
        },
        "further_offers_of_a_vendor_lose": REPEATED,
        "paid_places": False,
        "standing_computed_at": computed.isoformat() if computed else None,
        "history": _history(),
    }


def _history() -> list[dict[str, Any]]:
    """Every version of the national weights, the newest first."""
    found = Parameter.objects.filter(
        code__in=("exposure.weights", "exposure.version"), region=None, state=Parameter.State.ACTIVE
    )
    rows = list(
        found.order_by("-valid_from").values("code", "value", "valid_from", "valid_to", "legal_basis")
    )
    names = {row["valid_from"]: row["value"] for row in rows if row["code"] == "exposure.version"}
    return [
        {
            "version": names.get(row["valid_from"], ""),
            "valid_from": row["valid_from"].isoformat(),
            "valid_to": row["valid_to"].isoformat() if row["valid_to"] else None,
            "weights": row["value"],
            "legal_basis": row["legal_basis"],
        }
        for row in rows
        if row["code"] == "exposure.weights"
    ]


def worked_out() -> list[dict[str, Any]]:
    """Two listings for “nasi kotak”, their points worked out by the functions that order every page."""
    weights = parameter("exposure.weights").value
    shares = (MARKET.words - MARKET.words // 2, MARKET.words // 2)
    places = [field for field, _says, _gives in FIT]
    told = []
    for title, known, stands, inputs in EXAMPLE:
        words = [by_place(points)[places.index(place)] for points, place in zip(shares, stands, strict=True)]
        whole = stands == ("title", "title")
        rows = [(f"kata “{word}”", given) for word, given in zip(("nasi", "kotak"), words, strict=True)]
        rows += (
            [("kata berurutan di nama", MARKET.together), ("nama ringkas", MARKET.short[1])] if whole else []
        )
        parts = exposure.parts(inputs, weights)
        rows += [(name, parts[part]) for part, name in STANDING_PARTS.items()]
        told.append(
            {"title": title, "known": known, "rows": rows, "points": sum(points for _name, points in rows)}
        )
    return sorted(told, key=lambda each: -each["points"])


def turns(today: date | None = None) -> list[tuple[date, list[str]]]:
    """How three equals would stand for “nasi kotak” on the next days."""
    first = today or clock.today()
    days = [first + timedelta(days=number) for number in range(3)]
    equals = [(101, 80), (102, 80), (103, 80)]
    return [
        (day, [f"produk {listing}" for listing, _points in taking_turns(equals, key="nasi kotak", day=day)])
        for day in days
    ]

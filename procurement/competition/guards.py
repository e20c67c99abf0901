"""Who may move a competition, and when. Pure: what `Competition.standing` and the actions tell goes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.core.transitions import Refused

BASIS = "Perlem LKPP 9/2021 Pasal 18; Keputusan Kepala LKPP 93/2025"


def the_buyer(facts: Mapping[str, Any]) -> Refused | None:
    """The officer who buys from the package moves its competition, and the clock; nobody else."""
    if facts["buyer"]:
        return None
    return Refused(
        "not_yours",
        "Mini-kompetisi ini dijalankan pejabat lain.",
        fix="Hanya pejabat yang membeli dari paket ini yang dapat melangkah.",
    )


def closing_passed(facts: Mapping[str, Any]) -> Refused | None:
    """Nobody opens an offer before the hour that was announced."""
    if facts["closing_passed"]:
        return None
    return Refused(
        "still_open",
        "Penawaran masih dibuka; isinya tersegel sampai waktu penutupan.",
        rule=BASIS,
        fix="Tunggu waktu penutupan yang diumumkan.",
    )


def never_opened(facts: Mapping[str, Any]) -> Refused | None:
    """Once offers were read, the same competition is not run again: everybody would know the prices."""
    if not facts["opened"]:
        return None
    return Refused(
        "opened_already",
        "Penawaran sudah pernah dibuka; waktunya tidak dapat diperpanjang lagi.",
        rule=BASIS,
        fix="Akhiri mini-kompetisi ini, lalu umumkan yang baru dengan spesifikasi yang ditinjau.",
    )


def all_judged(facts: Mapping[str, Any]) -> Refused | None:
    """Evaluation ends when a rank passed, or when none is left, in every part that is decided on its own."""
    if facts.get("open_lots"):
        return Refused(
            "not_judged",
            "Evaluasi belum selesai.",
            rule=BASIS,
            fix="Nilai penawaran dari peringkat 1 sampai ada yang lulus pada setiap bagian.",
        )
    return None


def some_winner(facts: Mapping[str, Any]) -> Refused | None:
    """A decision needs somebody who passed."""
    if facts["winners"]:
        return None
    return Refused("no_winner", "Tidak ada penawaran yang lulus evaluasi.", fix="Nyatakan gagal.")


def no_winner(facts: Mapping[str, Any]) -> Refused | None:
    """Whoever passed is not passed over by calling the whole failed."""
    if not facts["winners"]:
        return None
    return Refused("some_winner", "Ada penawaran yang lulus evaluasi.", fix="Tetapkan pemenangnya.")

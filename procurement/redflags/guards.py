"""What must hold before a red flag moves. Pure: the standing of the flag goes in, a refusal or None comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.core.transitions import Refused


def the_regions_auditor(standing: Mapping[str, Any]) -> Refused | None:
    """An auditor reviews flags of the region the appointment is for."""
    if standing["same_region"]:
        return None
    return Refused(
        "red_flag.other_region",
        "Tanda bahaya ini milik daerah lain.",
        fix="Masuk dengan penunjukan di daerah itu.",
    )


def somebody_to_ask(standing: Mapping[str, Any]) -> Refused | None:
    """A flag about a vendor alone names no unit whose officers could answer."""
    if standing["unit"] is not None:
        return None
    return Refused(
        "red_flag.nobody_to_ask",
        "Tanda bahaya ini tentang penyedia, bukan tentang satuan kerja; tidak ada pejabat yang dapat ditanya.",
        fix="Tutup atau tingkatkan dengan alasan.",
    )


def not_asked_yet(standing: Mapping[str, Any]) -> Refused | None:
    """One question at a time."""
    if not standing["waiting"]:
        return None
    return Refused(
        "red_flag.asked",
        "Penjelasan sudah diminta dan belum dijawab.",
        fix="Tunggu jawabannya, atau tutup tanpa menunggu.",
    )


def asked_officer(standing: Mapping[str, Any]) -> Refused | None:
    """Who was asked: the officers of the order, or PA and KPA of the unit."""
    if standing["asked"] and standing["answers"]:
        return None
    return Refused(
        "red_flag.not_asked",
        "Anda tidak diminta menjelaskan tanda bahaya ini.",
        fix="Pejabat pada pesanan itu, atau PA/KPA satuan kerjanya, yang menjawab.",
    )


def not_answered_yet(standing: Mapping[str, Any]) -> Refused | None:
    """An answer stands; another one needs another question."""
    if standing["waiting"]:
        return None
    return Refused("red_flag.answered", "Pertanyaan ini sudah dijawab.", fix="Tunggu auditor membacanya.")


def reasoned(words: str, letters: int) -> str:
    """The words, tidied. Raises Refused `red_flag.reason` when fewer than `letters` letters stand there."""
    tidy = " ".join(words.split())
    if len(tidy) < letters:
        raise Refused(
            "red_flag.reason",
            "Alasannya terlalu pendek untuk dibaca orang lain kelak.",
            rule="Kebijakan penyelenggara e-Order",
            fix=f"Tuliskan paling sedikit {letters} huruf.",
        )
    return tidy

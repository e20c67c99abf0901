"""Who may do what on a case file, a finding, a recommendation. Pure: facts go in, a refusal or None comes out.

Source: Peraturan BPK 2/2017 (APIP verifies before the examiner decides) and handbook §2.2 (nobody judges his own work).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from marketplace.accounts.roles import SEGREGATION_BASIS
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused

FOLLOW_UP_BASIS: Final = "UU 15/2004 Pasal 20; Peraturan BPK 2/2017"


def insist(refusal: Refused | None) -> None:
    """Raise what a guard objects, if it does."""
    if refusal is not None:
        raise refusal


def on_the_team(facts: Mapping[str, Any]) -> Refused | None:
    """Only the team of the case file moves it."""
    if facts["member"]:
        return None
    return Refused(
        "case.not_on_team",
        "Anda tidak tercatat dalam tim pemeriksaan ini.",
        rule="Surat tugas pemeriksaan",
        fix="Minta ketua tim menambahkan Anda lebih dahulu.",
    )


def before_report(facts: Mapping[str, Any]) -> Refused | None:
    """What a report tells is not changed any more once it is out."""
    if facts["case_state"] == "OPEN":
        return None
    return Refused(
        "case.reported",
        "LHP sudah terbit, jadi temuan dan rekomendasinya tidak berubah lagi.",
        fix="Buka berkas pemeriksaan baru untuk temuan lain.",
    )


def writable(facts: Mapping[str, Any]) -> Refused | None:
    """A case file's findings are written and changed by its team, until its report is out."""
    return on_the_team(facts) or before_report(facts)


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding that is not withdrawn, as a report asks of it; `asked`: it has a recommendation."""

    number: int
    reviewed: bool
    asked: bool


def reportable(findings: Sequence[Standing]) -> Refused | None:
    """A report tells of at least one finding, all of them reviewed and with a recommendation."""
    if not findings:
        return Refused(
            "report.nothing",
            "Berkas ini belum memuat temuan.",
            fix="Tulis dan reviu paling sedikit satu temuan.",
        )
    if drafts := [str(each.number) for each in findings if not each.reviewed]:
        return Refused(
            "report.unreviewed",
            f"Temuan nomor {', '.join(drafts)} belum direviu auditor kedua.",
            rule=FOLLOW_UP_BASIS,
            fix="Minta auditor lain menyetujuinya, atau tarik temuan itu.",
        )
    if without := [str(each.number) for each in findings if not each.asked]:
        return Refused(
            "report.no_recommendation",
            f"Temuan nomor {', '.join(without)} belum mempunyai rekomendasi.",
            fix="Tulis rekomendasinya, atau tarik temuan itu.",
        )
    return None


def all_settled(unsettled: int) -> Refused | None:
    """A follow-up is done when no recommendation is left; `unsettled` are those not withdrawn that are."""
    if not unsettled:
        return None
    return Refused(
        "case.unsettled",
        f"{unsettled} rekomendasi belum berstatus sesuai atau tidak dapat ditindaklanjuti.",
        rule=FOLLOW_UP_BASIS,
        fix="Selesaikan rekomendasi itu lebih dahulu.",
    )


def of_examiner(facts: Mapping[str, Any]) -> Refused | None:
    """Findings and statuses are the matter of the body that examines."""
    if facts["organisation"] == facts["examiner"]:
        return None
    return Refused(
        "case.other_body",
        "Temuan dan statusnya ditetapkan oleh lembaga yang memeriksa.",
        rule=FOLLOW_UP_BASIS,
        fix="Sampaikan pendapat Anda kepada lembaga itu.",
    )


def not_its_author(facts: Mapping[str, Any]) -> Refused | None:
    """A finding is reviewed by another auditor than the one who wrote it."""
    if facts["user"] != facts["author"]:
        return None
    return Refused(
        "finding.same_person",
        "Temuan ini Anda tulis sendiri, jadi harus direviu auditor lain.",
        rule=SEGREGATION_BASIS,
        fix="Minta anggota tim lain atau pengendali teknis mereviunya.",
    )


def of_unit(facts: Mapping[str, Any]) -> Refused | None:
    """The officers of the unit that the recommendation names answer it."""
    if facts["organisation"] == facts["unit"]:
        return None
    return Refused(
        "recommendation.other_unit",
        "Rekomendasi ini ditujukan kepada perangkat daerah lain.",
        rule=FOLLOW_UP_BASIS,
        fix="Jawaban diberikan PA, KPA, atau PPK perangkat daerah itu.",
    )


def of_apip(facts: Mapping[str, Any]) -> Refused | None:
    """Internal audit verifies: the examiner itself when it is APIP, else another body of the region."""
    own = facts["organisation"] == facts["examiner"]
    if own is not facts["external"]:
        return None
    if own:
        sentence = (
            "Bukti atas temuan pemeriksa eksternal diverifikasi APIP lebih dahulu, bukan oleh pemeriksanya."
        )
        return Refused(
            "recommendation.not_apip", sentence, rule=FOLLOW_UP_BASIS, fix="Teruskan kepada Inspektorat."
        )
    return Refused(
        "recommendation.not_apip",
        "Bukti ini diverifikasi APIP yang memeriksa.",
        rule=FOLLOW_UP_BASIS,
        fix="Sampaikan pendapat Anda kepada APIP itu.",
    )


def second_person(facts: Mapping[str, Any]) -> Refused | None:
    """A status is settled by another auditor than those who proposed it or verified the evidence."""
    if facts["user"] not in {facts["proposed_by"], facts["verified_by"]}:
        return None
    return Refused(
        "recommendation.same_person",
        "Anda mengusulkan status ini atau memverifikasi buktinya, jadi penetapannya oleh auditor lain.",
        rule=SEGREGATION_BASIS,
        fix="Minta auditor lain di lembaga Anda menetapkannya.",
    )


def not_own_work(own_orders: list[str]) -> Refused | None:
    """Nobody examines or decides about orders on which he acted himself, in whatever office; takes their numbers."""
    if not own_orders:
        return None
    return Refused(
        "audit.own_work",
        f"Anda sendiri pernah bertindak pada pesanan {', '.join(own_orders[:3])}.",
        rule=SEGREGATION_BASIS,
        fix="Minta auditor lain menangani bagian ini.",
    )


def amounts_recovered(*, due: int, recovered: int) -> Refused | None:
    """“Telah sesuai” needs the whole sum back in the treasury, in rupiah, as APIP verified it."""
    if recovered >= due:
        return None
    return Refused(
        "recovery.short",
        f"Baru {rupiah(recovered)} dari {rupiah(due)} yang terbukti disetor ke kas daerah.",
        rule=FOLLOW_UP_BASIS,
        fix="Usulkan status “belum sesuai”, atau minta unit menyetor sisanya.",
    )


def period_examined(first: date, last: date, today: date) -> Refused | None:
    """What is examined has begun and lies within budget years that have: an audit looks at what was done."""
    if first > last:
        sentence, field = "Masa yang diperiksa berakhir sebelum mulai.", "period_to"
    elif first > today:
        sentence, field = "Masa yang diperiksa belum mulai.", "period_from"
    elif last > date(today.year, 12, 31):
        sentence, field = f"Masa yang diperiksa berakhir sesudah tahun anggaran {today.year}.", "period_to"
    else:
        return None
    return Refused("case.period", sentence, fix="Salin kedua tanggal dari surat tugas.", field=field)


def said(text: str, *, least: int = 10, field: str = "reason") -> str:
    """What was typed, without spaces around it. Raises Refused `reason`, at `field`, when it says too little."""
    text = text.strip()
    if len(text) < least:
        raise Refused(
            "reason", f"Tulis paling sedikit {least} huruf.", fix="Lengkapi isian yang ditandai.", field=field
        )
    return text

"""What competitions write into the log. Facts hold ids, numbers and amounts, never personal data.

Before its competition is opened an offer leaves one entry alone, `competition.seal`: it says neither who offered, nor
in which competition, nor how much.
"""

from __future__ import annotations

from marketplace.audit.acts import Act, register

ACTS = (
    Act(
        "competition.draft",
        "{actor} menyiapkan mini-kompetisi {number} dari paket {kd_rup}",
        ("number", "kd_rup"),
    ),
    Act(
        "competition.publish",
        "{actor} mengumumkan mini-kompetisi {number}: {title}; penawaran ditutup {closes_at}, "
        "{invited} penyedia diundang",
        ("number", "title", "closes_at", "invited", "public_key", "request_sha256", "warnings"),
    ),
    Act(
        "competition.invite",
        "{invited} penyedia lagi diundang ke mini-kompetisi {number}",
        ("number", "invited"),
    ),
    Act("competition.ask", "Pertanyaan baru pada mini-kompetisi {number}", ("number", "question", "sha256")),
    Act(
        "competition.answer",
        "{actor} menjawab pertanyaan pada mini-kompetisi {number}",
        ("number", "question", "sha256"),
    ),
    Act("competition.seal", "Sebuah penawaran disegel: {commitment}", ("commitment",)),
    Act(
        "competition.open",
        "Penawaran mini-kompetisi {number} dibuka: {offers} penawaran sah, {withdrawn} dicabut, "
        "{broken} segel rusak",
        ("number", "offers", "withdrawn", "broken", "opened"),
    ),
    Act(
        "competition.extend",
        "{actor} memperpanjang mini-kompetisi {number} sampai {closes_at}: {reason}",
        ("number", "closes_at", "reason"),
    ),
    Act(
        "competition.judge",
        "{actor} menilai penawaran {vendor} peringkat {rank} pada mini-kompetisi {number}: {result}",
        ("number", "vendor", "rank", "result", "administrative", "technical", "price", "part"),
    ),
    Act(
        "competition.ask_structure",
        "{actor} meminta rincian harga kepada {vendor} pada mini-kompetisi {number}",
        ("number", "vendor", "offer"),
    ),
    Act(
        "competition.give_structure",
        "{actor} menyampaikan rincian harga pada mini-kompetisi {number}",
        ("number", "offer", "sha256"),
    ),
    Act(
        "competition.conclude",
        "{actor} menyelesaikan evaluasi mini-kompetisi {number}; {winners} bagian mempunyai pemenang",
        ("number", "winners"),
    ),
    Act(
        "competition.decide",
        "{actor} menetapkan hasil mini-kompetisi {number}: {winner} senilai {total_rupiah}",
        ("number", "winner", "total_rupiah", "awards", "reason", "outcome_sha256"),
    ),
    Act(
        "competition.give_up",
        "{actor} menyatakan mini-kompetisi {number} gagal: {reason}",
        ("number", "reason"),
    ),
    Act("competition.cancel", "{actor} membatalkan mini-kompetisi {number}: {reason}", ("number", "reason")),
)


def declare() -> None:
    """Register the acts of this room; called once when Django starts."""
    register(*ACTS)

"""The life of one transfer to a vendor, and of a batch of them. Pure.

A transfer that the bank returned stays as it is; a new one takes its place. What nobody knows the end of (UNKNOWN)
is asked about and never sent anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.accounts.roles import SEGREGATION_BASIS, Role
from marketplace.core.transitions import MoveTable, Refused, State, move

BEFORE_SENT: Final = ("DRAFT", "APPROVED")
AWAY: Final = ("SENT", "UNKNOWN", "ACCEPTED")
"""States in which the money has left our hands and no proof of its arrival is there yet."""
OPEN_PAYOUT: Final = (*BEFORE_SENT, *AWAY)


def not_held(facts: Mapping[str, Any]) -> Refused | None:
    """An auditor's hold stops a transfer before it is sent."""
    if not facts["held"]:
        return None
    return Refused(
        "payout.held",
        f"Transfer ini ditahan auditor: {facts['hold_reason']}",
        fix="Selesaikan pertanyaan auditor; hanya auditor yang dapat melepas penahanan.",
    )


def prepared(facts: Mapping[str, Any]) -> Refused | None:
    """A treasurer has answered for the transfer before another person approves it."""
    if facts["maker"] is not None:
        return None
    return Refused(
        "payout.not_prepared",
        "Transfer ini belum disiapkan bendahara.",
        fix="Minta bendahara menyiapkannya lebih dahulu.",
    )


def another_person(facts: Mapping[str, Any]) -> Refused | None:
    """Maker ≠ checker, and neither ordered nor received the goods."""
    if facts["me"] is not None and facts["me"] == facts["maker"]:
        return Refused(
            "payout.same_person",
            "Transfer ini Anda siapkan sendiri, jadi harus disetujui orang lain.",
            rule=SEGREGATION_BASIS,
            fix="Minta PPK-SKPD lain menyetujuinya.",
        )
    if facts["me"] in facts["other_duties"]:
        return Refused(
            "segregation",
            "Anda sudah memegang tugas lain pada pesanan ini, jadi tidak boleh menyetujui transfernya.",
            rule=SEGREGATION_BASIS,
            fix="Minta PPK-SKPD lain menyetujuinya.",
        )
    return None


def in_no_batch(facts: Mapping[str, Any]) -> Refused | None:
    """A transfer in a batch is cancelled with its batch: the bank's file may already hold it."""
    if not facts["batched"]:
        return None
    return Refused(
        "payout.in_batch",
        "Transfer ini ada dalam sebuah kelompok, jadi tidak dapat dibatalkan sendiri.",
        fix="Batalkan kelompoknya lebih dahulu.",
    )


PAYOUT: Final = MoveTable(
    name="payout",
    initial="DRAFT",
    states=(
        State("DRAFT", "Disiapkan"),
        State("APPROVED", "Disetujui"),
        State("SENT", "Dikirim ke bank"),
        State("UNKNOWN", "Menunggu kepastian bank"),
        State("ACCEPTED", "Diterima bank"),
        State("SETTLED", "Sampai di rekening penyedia"),
        State("RETURNED", "Dikembalikan bank", terminal=True),
        State("CANCELLED", "Dibatalkan", terminal=True),
    ),
    moves=(
        move(
            "approve",
            "Setujui transfer",
            sources="DRAFT",
            target="APPROVED",
            roles=Role.PPK_SKPD,
            act="payout.approve",
            guards=(not_held, prepared, another_person),
        ),
        move(
            "send",
            "Tandai sudah dikirim ke bank",
            sources="APPROVED",
            target="SENT",
            roles=(Role.TREASURER, Role.SYSTEM),
            act="payout.send",
            guards=(not_held,),
        ),
        move(
            "cancel",
            "Batalkan transfer",
            sources=BEFORE_SENT,
            target="CANCELLED",
            roles=Role.TREASURER,
            act="payout.cancel",
            guards=(in_no_batch,),
            primary=False,
            danger=True,
        ),
        move(
            "lose", "Jawaban hilang", sources="SENT", target="UNKNOWN", roles=Role.SYSTEM, act="payout.lose"
        ),
        move(
            "accept",
            "Diterima bank",
            sources=("SENT", "UNKNOWN"),
            target="ACCEPTED",
            roles=Role.SYSTEM,
            act="payout.accept",
        ),
        move(
            "settle",
            "Sampai",
            sources=AWAY,
            target="SETTLED",
            roles=(Role.SYSTEM, Role.PPK_SKPD),
            act="payout.settle",
        ),
        move(
            "return",
            "Dikembalikan bank",
            sources=(*AWAY, "SETTLED"),
            target="RETURNED",
            roles=(Role.TREASURER, Role.SYSTEM),
            act="payout.return",
            primary=False,
            danger=True,
        ),
    ),
)


def not_alone_after_download(facts: Mapping[str, Any]) -> Refused | None:
    """Once the bank's file was taken, the treasurer alone cannot undo the batch: it may have been uploaded."""
    if not facts["downloaded"] or facts["role"] == Role.PPK_SKPD:
        return None
    return Refused(
        "batch.downloaded",
        "Berkas kelompok ini sudah diunduh, jadi mungkin sudah masuk ke portal bank.",
        rule=SEGREGATION_BASIS,
        fix="Pastikan berkas tidak dikirim ke bank, lalu minta PPK-SKPD membatalkan kelompok ini.",
    )


def another_than_the_maker(facts: Mapping[str, Any]) -> Refused | None:
    """Who made a batch does not approve it."""
    if facts["me"] is None or facts["me"] != facts["maker"]:
        return None
    return Refused(
        "batch.same_person",
        "Kelompok ini Anda susun sendiri, jadi harus disetujui orang lain.",
        rule=SEGREGATION_BASIS,
        fix="Minta PPK-SKPD lain menyetujuinya.",
    )


BATCH: Final = MoveTable(
    name="payout_batch",
    initial="DRAFT",
    states=(
        State("DRAFT", "Disiapkan"),
        State("APPROVED", "Disetujui"),
        State("SENT", "Dikirim ke bank", terminal=True),
        State("CANCELLED", "Dibatalkan", terminal=True),
    ),
    moves=(
        move(
            "approve",
            "Setujui kelompok",
            sources="DRAFT",
            target="APPROVED",
            roles=Role.PPK_SKPD,
            act="payout_batch.approve",
            guards=(another_than_the_maker,),
        ),
        move(
            "send",
            "Tandai sudah diunggah ke bank",
            sources="APPROVED",
            target="SENT",
            roles=Role.TREASURER,
            act="payout_batch.send",
        ),
        move(
            "cancel",
            "Batalkan kelompok",
            sources=("DRAFT", "APPROVED"),
            target="CANCELLED",
            roles=(Role.TREASURER, Role.PPK_SKPD),
            act="payout_batch.cancel",
            guards=(not_alone_after_download,),
            primary=False,
            danger=True,
        ),
    ),
)

"""Who may touch an order, and when. Pure: what `Purchase.standing` tells goes in, a refusal or None comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.accounts.roles import SEGREGATION_BASIS, Role
from marketplace.core.transitions import Guard, MoveTable, Refused

DUTY_OF_ROLE: Final[dict[str, str]] = {
    Role.PP: "pp",
    Role.PPK: "ppk",
    Role.RECEIVER: "receiver",
    Role.PPK_SKPD: "verifier",
    Role.PPTK: "verifier",
    Role.PA: "approver",
    Role.KPA: "approver",
    Role.TREASURER: "treasurer",
}
"""Which duty on one order a role takes up. The order's columns bear the same names."""

DUTY_LABELS: Final[dict[str, str]] = {
    "pp": "Pejabat Pengadaan",
    "ppk": "PPK",
    "receiver": "penerima barang",
    "verifier": "verifikator",
    "approver": "pemberi persetujuan bayar",
    "treasurer": "bendahara",
}

APART: Final[tuple[tuple[str, str], ...]] = (
    ("ppk", "pp"),
    ("ppk", "receiver"),
    ("pp", "receiver"),
    ("treasurer", "approver"),
    ("treasurer", "verifier"),
    ("treasurer", "ppk"),
    ("treasurer", "pp"),
    ("treasurer", "receiver"),
)
"""Duties of one order that two persons must hold (handbook §2.2); CHECK constraints repeat them."""

NAMED: Final = frozenset({"pp", "ppk"})
"""Duties given to one person by the package: no colleague of the same role stands in unasked, not even where
nobody was given the duty (what the PPK bought has no PP)."""


def a_party(facts: Mapping[str, Any]) -> Refused | None:
    """Only the buyer's own unit and the order's own vendor act on it; who the package names acts in person."""
    duty = DUTY_OF_ROLE.get(facts["role"])
    if facts["party"] and (duty not in NAMED or facts["officers"][duty] == facts["user"]):
        return None
    return Refused(
        "not_yours",
        "Pesanan ini bukan tanggung jawab Anda.",
        fix="Hanya pejabat yang ditunjuk pada paket ini, atau penyedianya sendiri, yang dapat melangkah.",
    )


def segregated(facts: Mapping[str, Any]) -> Refused | None:
    """One person does not hold two duties that must be apart, nor stand on both sides of the sale."""
    user, officers = facts["user"], facts["officers"]
    if user is None:
        return None
    held = {duty for duty, person in officers.items() if person == user}
    if facts["role"] == Role.VENDOR:
        return None if not held else _conflict(f"Anda adalah {DUTY_LABELS[min(held)]} pada pesanan ini.")
    duty = DUTY_OF_ROLE.get(facts["role"], "")
    for one, other in APART:
        clash = {one: other, other: one}.get(duty)
        if clash is not None and clash in held:
            return _conflict(f"Anda sudah bertindak sebagai {DUTY_LABELS[clash]} pada pesanan ini.")
    return None


def _conflict(sentence: str) -> Refused:
    return Refused(
        "segregation",
        sentence,
        rule=SEGREGATION_BASIS,
        fix="Langkah ini harus dilakukan orang lain yang berwenang.",
    )


# ── negotiation and approval ──


def turn_to_answer(facts: Mapping[str, Any]) -> Refused | None:
    """A round is answered by the other side; the list price is the vendor's word before the first round."""
    side = "VENDOR" if facts["role"] == Role.VENDOR else "BUYER"
    if facts["last_round_by"] != side:
        return None
    return Refused(
        "not_your_turn",
        "Tawaran terakhir berasal dari pihak Anda; kini giliran pihak lain menjawab.",
        fix="Tunggu jawabannya; tenggatnya tampak pada halaman pesanan.",
    )


def endorsement_wanted(facts: Mapping[str, Any]) -> Refused | None:
    """A second officer looks only where a warning asks for one, and once."""
    if facts["endorsement_needed"] and not facts["endorsed"]:
        return None
    return Refused("nothing_to_endorse", "Pesanan ini tidak menunggu persetujuan pejabat kedua.")


def another_person(facts: Mapping[str, Any]) -> Refused | None:
    """A second officer is not one of those who bought."""
    if facts["user"] not in {facts["officers"]["pp"], facts["officers"]["ppk"]}:
        return None
    return _conflict("Anda sendiri membeli atau menyetujui pesanan ini, jadi Anda bukan pejabat kedua.")


def endorsed(facts: Mapping[str, Any]) -> Refused | None:
    """An order with a warning that asks for a second officer is approved after that officer."""
    if facts["endorsed"] or not facts["endorsement_needed"]:
        return None
    return Refused(
        "not_endorsed",
        "Pesanan ini memuat peringatan yang perlu disetujui PA/KPA lebih dahulu.",
        fix="Mintalah PA/KPA membaca peringatan dan penjelasannya di halaman pesanan ini.",
    )


def held_back(facts: Mapping[str, Any]) -> Refused | None:
    """Only what is held back can be let go."""
    if facts["on_hold"]:
        return None
    return Refused("not_on_hold", "Pesanan ini tidak sedang ditahan.")


def not_held_back(facts: Mapping[str, Any]) -> Refused | None:
    """An order held back by a warning goes on when the auditor has let it go."""
    if not facts["on_hold"]:
        return None
    return Refused(
        "on_hold",
        "Pesanan ini ditahan karena peringatan yang harus diperiksa Inspektorat.",
        fix="Lengkapi penjelasan; Inspektorat melepas penahanan, atau batalkan pesanan ini.",
    )


# ── deliveries: what is asked of one delivery, and of an order's deliveries together ──


def delivery_may(table: MoveTable, name: str) -> Guard:
    """A guard that lets an order's move pass while one of its deliveries may take the step of that name.

    `deliveries` in the facts are those the question is about: all for a button, the one concerned at the door.
    """

    def guard(facts: Mapping[str, Any]) -> Refused | None:
        refusal: Refused | None = None
        for each in facts["deliveries"]:
            try:
                table.decide(each["stage"], name, facts["role"], each)
            except Refused as refused:
                refusal = refusal if refusal is not None and refusal.code != "wrong_state" else refused
            else:
                return None
        return refusal or Refused("no_delivery", "Pesanan ini tidak mempunyai pengiriman.")

    return guard


def unsigned_by_ppk(facts: Mapping[str, Any]) -> Refused | None:
    """The PPK signs the BAST once."""
    if not facts["bast_by_ppk"]:
        return None
    return Refused("already_signed", "BAST sudah Anda tanda tangani; kini menunggu tanda tangan penyedia.")


def signed_by_ppk(facts: Mapping[str, Any]) -> Refused | None:
    """The vendor signs the BAST after the PPK: only both signatures make it valid."""
    if facts["bast_by_ppk"]:
        return None
    return Refused(
        "not_signed",
        "BAST belum ditandatangani PPK.",
        fix="Tunggu PPK menandatangani; tenggatnya tampak pada halaman pesanan.",
    )


def not_yet_heard(facts: Mapping[str, Any]) -> Refused | None:
    """The vendor has one word on a reported discrepancy, before the PPK decides."""
    if not facts.get("vendor_heard"):
        return None
    return Refused(
        "already_said",
        "Tanggapan Anda atas laporan ini sudah tercatat dan tidak berubah lagi.",
        fix="Tunggu keputusan PPK; tenggatnya tampak pada halaman pesanan.",
    )


def arrived_whole(facts: Mapping[str, Any]) -> Refused | None:
    """What did not arrive whole and sound is no matter for a plain inspection."""
    if facts["complete"]:
        return None
    return Refused(
        "incomplete",
        "Barang yang diterima belum lengkap atau ada yang rusak.",
        fix="Laporkan ketidaksesuaian, lalu pilih penggantian, terima sebagian, atau tolak.",
    )


def something_good(facts: Mapping[str, Any]) -> Refused | None:
    """A partial acceptance needs at least one sound unit."""
    if facts["something_good"]:
        return None
    return Refused(
        "nothing_good",
        "Belum ada barang baik yang diterima.",
        fix="Minta penggantian, atau tolak seluruh pesanan.",
    )


def nothing_good(facts: Mapping[str, Any]) -> Refused | None:
    """Work already done is evaluated and paid: a delivery with sound goods received does not simply end."""
    if not facts["something_good"]:
        return None
    return Refused(
        "work_done",
        "Sebagian barang sudah diterima dalam keadaan baik dan harus dibayar.",
        rule="Perpres 16/2018 Pasal 57; pekerjaan yang sudah selesai dinilai dan dibayar",
        fix="Pilih “Terima sebagian”: sisanya dilepas dan nilai yang diterima dibayarkan.",
    )


def nothing_good_unsigned(facts: Mapping[str, Any]) -> Refused | None:
    """An order ends early once every delivery with sound goods has its BAST; those goods are then owed."""
    for each in facts["deliveries"]:
        if each["stage"] != "ACCEPTED" and (refusal := nothing_good(each)):
            return refusal
    return None

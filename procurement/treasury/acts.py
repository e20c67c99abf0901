"""What requests for money of the treasury write into the log: ids, numbers and amounts, never personal data."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

_SUMS = ("kind", "gross_rupiah", "deductions_rupiah", "net_rupiah")

ACTS = (
    Act(
        "payment_request.npd",
        "{actor} mengajukan NPD {number}, {kind}, senilai {gross_rupiah}",
        ("number", *_SUMS, "orders"),
    ),
    Act(
        "payment_request.spp",
        "{actor} menerbitkan SPP {number}, {kind}, senilai {gross_rupiah}",
        ("number", *_SUMS, "orders"),
    ),
    Act(
        "payment_request.verify",
        "{actor} menyatakan SPP {number} lengkap: {gross_rupiah} = {net_rupiah} + potongan {deductions_rupiah}",
        ("number", *_SUMS),
    ),
    Act(
        "payment_request.sign",
        "{actor} menandatangani SPM {number}, {kind}, senilai {gross_rupiah}",
        ("number", *_SUMS),
    ),
    Act(
        "payment_request.record_sp2d",
        "{actor} mencatat SP2D {sp2d} tanggal {dated} untuk SPM {number} senilai {net_rupiah}",
        ("number", "sp2d", "dated", "sha256", *_SUMS),
    ),
    Act(
        "payment_request.verify_sp2d",
        "{actor} menyatakan SP2D {sp2d} untuk SPM {number} sesuai",
        ("number", "sp2d", *_SUMS),
    ),
    Act(
        "payment_request.account",
        "{actor} mempertanggungjawabkan TU {number}: dibelanjakan {spent_rupiah}, disetor kembali {returned_rupiah}",
        ("number", "spent_rupiah", "returned_rupiah", "account", "sts"),
    ),
    Act(
        "payment_request.return",
        "{actor} mengembalikan permintaan {number}: {reason}",
        ("number", "kind", "reason"),
    ),
)


def declare() -> None:
    """Register the acts of this room."""
    register(*ACTS)

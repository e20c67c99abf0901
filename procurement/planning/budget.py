"""Encumbrance: how the money of a budget line moves: available, reserved, committed, payable, spent.

Every function runs inside somebody's passage (its first argument), locks the line, refuses with both figures
when the money is not there, writes a `BudgetMovement` and an audit entry of the same deed. Callers keep the
lock order of the house: purchase → budget line (several by primary key) → stock records → ledger accounts.
"""

from __future__ import annotations

from typing import Final

from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed
from procurement.planning.models import BudgetLine, BudgetMovement, figures

_IN_WORDS: Final = {
    "available": "pagu yang masih tersedia",
    "reserved": "nilai yang dicadangkan",
    "committed": "nilai yang terikat pesanan",
    "payable": "nilai yang terutang",
}

STEPS: Final[dict[BudgetMovement.Kind, tuple[str, str]]] = {
    BudgetMovement.Kind.RESERVE: ("available", "reserved"),
    BudgetMovement.Kind.RELEASE: ("reserved", "available"),
    BudgetMovement.Kind.COMMIT: ("reserved", "committed"),
    BudgetMovement.Kind.UNCOMMIT: ("committed", "available"),
    BudgetMovement.Kind.MAKE_PAYABLE: ("committed", "payable"),
    BudgetMovement.Kind.SPEND: ("payable", "spent"),
}
"""Which place the money leaves and which it enters (handbook §12, budget ledger)."""


def reserve(deed: Deed, line_id: int, amount: int, *, reference: str) -> BudgetLine:
    """Hold `amount` rupiah of what is available for `reference`, such as an order number.

    Raises Refused `budget_short` when less is available, `line_closed` when line or package was withdrawn.
    """
    return _shift(deed, BudgetMovement.Kind.RESERVE, line_id, amount, reference)


def release(deed: Deed, line_id: int, amount: int, *, reference: str) -> BudgetLine:
    """Give `amount` rupiah of a reservation back: saving, refusal, expiry. Raises Refused `budget_short`."""
    return _shift(deed, BudgetMovement.Kind.RELEASE, line_id, amount, reference)


def commit(deed: Deed, line_id: int, amount: int, *, reference: str) -> BudgetLine:
    """Bind `amount` rupiah of a reservation: the order is signed. Raises Refused `budget_short`."""
    return _shift(deed, BudgetMovement.Kind.COMMIT, line_id, amount, reference)


def uncommit(deed: Deed, line_id: int, amount: int, *, reference: str) -> BudgetLine:
    """Make `amount` rupiah of a commitment available again: termination, short acceptance. Raises Refused."""
    return _shift(deed, BudgetMovement.Kind.UNCOMMIT, line_id, amount, reference)


def make_payable(deed: Deed, line_id: int, amount: int, *, reference: str) -> BudgetLine:
    """Owe `amount` rupiah of a commitment: BAST is signed by both. Raises Refused `budget_short`."""
    return _shift(deed, BudgetMovement.Kind.MAKE_PAYABLE, line_id, amount, reference)


def spend(deed: Deed, line_id: int, amount: int, *, reference: str) -> BudgetLine:
    """Book `amount` rupiah owed as paid, on evidence settlement holds. Raises Refused `budget_short`."""
    return _shift(deed, BudgetMovement.Kind.SPEND, line_id, amount, reference)


def _shift(deed: Deed, kind: BudgetMovement.Kind, line_id: int, amount: int, reference: str) -> BudgetLine:
    source, target = STEPS[kind]
    line = BudgetLine.objects.select_related("package").select_for_update(of=("self",)).get(pk=line_id)
    _check(line, kind, source, amount)
    before = figures(line)
    setattr(line, source, getattr(line, source) - amount)
    setattr(line, target, getattr(line, target) + amount)
    line.save(update_fields=[source, target])
    after = figures(line)
    BudgetMovement.objects.create(
        line=line,
        deed=deed.uuid,
        at=deed.at,
        kind=kind,
        amount=amount,
        reference=reference,
        before=before,
        after=after,
    )
    facts = {"amount_rupiah": amount, "reference": reference, "before": before, "after": after}
    deed.record(f"budget.{kind.value.lower()}", line, facts)
    return line


def _check(line: BudgetLine, kind: BudgetMovement.Kind, source: str, amount: int) -> None:
    """Refuse what the line cannot bear. The database's CHECK constraints stand behind this."""
    if amount <= 0:
        raise Refused("budget_amount", f"Nilai {rupiah(amount)} tidak dapat dibukukan; harus lebih dari nol.")
    if kind is BudgetMovement.Kind.RESERVE and not (line.active and line.package.active):
        raise Refused(
            "line_closed",
            f"Baris anggaran {line.mak} sudah tidak aktif pada rencana terbaru.",
            fix="Pilih baris anggaran lain, atau perbarui RUP.",
        )
    there = getattr(line, source)
    if amount > there:
        raise Refused(
            "budget_short",
            f"Butuh {rupiah(amount)}, sedangkan {_IN_WORDS[source]} pada {line.mak} tinggal {rupiah(there)}.",
            rule="PP 12/2019 Pasal 141: belanja tidak melampaui anggaran yang tersedia",
            fix="Kurangi jumlah pesanan, atau pilih baris anggaran lain."
            if source == "available"
            else "Periksa kembali nilai pesanan terhadap mutasi anggarannya.",
        )

"""A statement of the unit's bank: a line that was matched, one that may be, one that nobody knows, one explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.reconciliation import actions
from procurement.reconciliation.models import StatementLine
from procurement.settlement.models import PaymentAttempt
from tests.reconciliation.banks import Move, mt940

if TYPE_CHECKING:
    from tests.journeys.scene import Known, Scene

NUMBER = "1230004567"


def furnish(scene: Scene) -> None:
    """Open the account, import a statement, propose an explanation for the bank's interest."""
    unit, treasurer = scene.office.package.organisation, scene.office.actor(Role.TREASURER)
    actions.open_account(
        actor=Actor.of(scene.staff[Role.OPERATOR][0]),
        name="Rekening bendahara pengeluaran",
        bank_code="111",
        number=NUMBER,
        unit=unit.pk,
    )
    matched, nameless, *_others = PaymentAttempt.objects.filter(
        state="CAPTURED", obligation__purchase__organisation=unit
    ).order_by("pk")
    today = clock.today()
    moves = [
        Move(matched.received, f"TRSF VA {matched.reference} WS_OB;", day=today),
        Move(nameless.received, "SETORAN TANPA KETERANGAN", day=today),
        Move(1_851_800_000, "SETORANPEMINDAHBUKUANTANPASPASIYANGPANJANGSEKALI0123456789", day=today),
        Move(12_345, "JASA GIRO", day=today),
    ]
    actions.import_statement(actor=treasurer, content=mt940(moves, account=NUMBER, day=today, opening=50_000))
    interest = StatementLine.objects.get(amount=12_345)
    actions.propose_explanation(actor=treasurer, line_id=interest.pk, reason="Jasa giro, surat bank 8/2026")


def known(scene: Scene) -> Known:
    """The lines, the one with a proposal first, and the day of the statement."""

    def named(remark: str) -> list[dict[str, object]]:
        return [{"pk": each.pk} for each in StatementLine.objects.filter(remark__startswith=remark)]

    return {
        "rekonsiliasi/hari/": [{"day": clock.today().isoformat()}],
        "rekonsiliasi/baris/": [{"pk": each.pk} for each in StatementLine.objects.order_by("-pk")],
        "rekonsiliasi/baris/<int:pk>/cocokkan/": named("SETORAN TANPA"),
        "rekonsiliasi/baris/<int:pk>/batalkan/": named("TRSF"),
        "rekonsiliasi/baris/<int:pk>/jelaskan/": named("SETORANPEMINDAH"),
    }

"""Where a vendor's money is: for every order on its way to payment the amount, who holds it, since when, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import LABELS, Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from procurement.documents.models import Paper
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import holder_of, purchases_of
from procurement.purchasing.workflow import PURCHASE
from procurement.settlement.models import PaymentObligation, Payout
from procurement.settlement.paying_time import paid_by, pay_until
from procurement.settlement.payout_workflow import AWAY

ROWS: Final = 100
STAGES: Final = (
    ("to_bill", ("ACCEPTED",), _("Belum Anda tagih")),
    ("checked", ("INVOICED",), _("Tagihan diperiksa")),
    ("approved", ("VERIFIED",), _("Menunggu persetujuan bayar")),
    ("paying", ("PAYMENT_APPROVED",), _("Sedang dibayar")),
    ("passing", ("PAID",), _("Dibayar instansi, diteruskan kepada Anda")),
)
"""From the BAST to the vendor's account, in order: code, states, label."""
OPEN_STATES: Final = tuple(state for _code, states, _label in STAGES for state in states)
MOVES: Final = tuple(each.act for each in PURCHASE.moves)
"""Acts that hand an order on; a reminder or a note leaves it where it lies."""
RECEIVED: Final = ("TAX_SETTLED", "CLOSED")


@dataclass(frozen=True, slots=True)
class Stage:
    """What lies in one stage: orders and rupiah."""

    label: str
    orders: int
    amount: int


@dataclass(frozen=True, slots=True)
class Money:
    """One order's money: whole rupiah, the net once it is known."""

    purchase: Purchase
    amount: int
    net: bool
    holder: str
    since: datetime | None
    bank: str
    due_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether the vendor should have it by now."""
        return self.due_at is not None and self.due_at < clock.now()


@dataclass(frozen=True, slots=True)
class VendorMoney:
    """The page “Uang saya”."""

    stages: list[Stage]
    rows: list[Money]
    received: list[tuple[Purchase, int, list[Paper]]]
    waiting: int
    late: int

    @property
    def orders(self) -> int:
        """Orders on their way to payment, those beyond the rows shown included."""
        return sum(stage.orders for stage in self.stages)

    @property
    def cut(self) -> bool:
        """Whether there are more orders than rows."""
        return self.orders > len(self.rows)


def stages_of(actor: Actor) -> list[Stage]:
    """Orders and sums of every stage: one query."""
    counted = {code: Count("pk", filter=Q(state__in=states)) for code, states, _label in STAGES} | {
        f"{code}_sum": Coalesce(Sum("accepted_total", filter=Q(state__in=states)), 0)
        for code, states, _label in STAGES
    }
    told = purchases_of(actor).filter(state__in=OPEN_STATES).aggregate(**counted)
    return [Stage(str(label), told[code], told[f"{code}_sum"]) for code, _states, label in STAGES]


def vendor_money(actor: Actor) -> VendorMoney:
    """Where the vendor's money is, the latest promise first: nine queries whatever the number of orders."""
    running = list(
        purchases_of(actor)
        .filter(state__in=OPEN_STATES)
        .select_related("organisation", "vendor__organisation")
        .order_by("bast_vendor_at", "pk")[:ROWS]
    )
    nets = _nets(running)
    since = _since(running)
    at_bank = _at_bank(running)
    rows = [
        Money(
            each,
            nets.get(each.pk, each.accepted_total or each.total),
            each.pk in nets,
            _holder(each),
            since.get(str(each.pk)),
            at_bank.get(each.pk, ""),
            pay_until(each),
        )
        for each in running
    ]
    rows.sort(key=lambda row: (not row.late, row.due_at or clock.now(), row.purchase.pk))
    stages = stages_of(actor)
    waiting = sum(stage.amount for stage in stages)
    return VendorMoney(stages, rows, _received(actor), waiting, _late(actor))


def _late(actor: Actor) -> int:
    """Payments past their day, of all orders: those of one day share their promise, so days are counted."""
    signed = purchases_of(actor).filter(state__in=OPEN_STATES, bast_vendor_at__isnull=False)
    days = signed.order_by().values_list("region_id", TruncDate("bast_vendor_at", tzinfo=clock.JAKARTA))
    return sum(
        number
        for region_id, _day, number, last in days.annotate(number=Count("pk"), last=Max("bast_vendor_at"))
        if paid_by(last, region_id=region_id) < clock.now()
    )


def _holder(purchase: Purchase) -> str:
    if purchase.state == "PAID":
        return f"{LABELS[Role.TREASURER]} · {purchase.organisation.name}"
    who = holder_of(purchase, seen_by=Role.VENDOR)
    return who if purchase.state == "ACCEPTED" else f"{who} · {purchase.organisation.name}"


def _nets(purchases: Iterable[Purchase]) -> dict[int, int]:
    found = PaymentObligation.objects.filter(purchase__in=[each.pk for each in purchases])
    return dict(found.values_list("purchase_id", "net"))


def _at_bank(purchases: Iterable[Purchase]) -> dict[int, str]:
    """What the bank has to do with each order's transfer, in words; the latest news wins."""
    found = Payout.objects.filter(obligation__purchase__in=[each.pk for each in purchases]).order_by("pk")
    told: dict[int, str] = {}
    for number, state, reason in found.values_list("obligation__purchase_id", "state", "reason"):
        if state in AWAY:
            told[number] = gettext("dikirim ke bank")
        elif state == "SETTLED":
            told[number] = gettext("sampai di rekening Anda")
        elif state == "RETURNED":
            told[number] = gettext("dikembalikan bank: %(reason)s") % {"reason": reason}
    return told


def _since(purchases: Iterable[Purchase]) -> dict[str, datetime]:
    """When each order came to whom it lies with now: the moment of its last move, from the log."""
    entries = Entry.objects.filter(
        aggregate_type="purchase", aggregate_id__in=[str(each.pk) for each in purchases], act__in=MOVES
    )
    return dict(entries.values_list("aggregate_id").annotate(last=Max("at")))


def _received(actor: Actor) -> list[tuple[Purchase, int, list[Paper]]]:
    """The last orders whose money has arrived, each with its tax slips."""
    done = list(
        purchases_of(actor)
        .filter(state__in=RECEIVED)
        .select_related("organisation")
        .order_by("-bast_vendor_at", "-pk")[:50]
    )
    nets = _nets(done)
    slips: dict[str, list[Paper]] = {}
    found = Paper.objects.filter(
        subject_type="purchase", subject_id__in=[str(each.pk) for each in done], kind="bukti_potong"
    )
    for paper in found.order_by("pk"):
        slips.setdefault(paper.subject_id, []).append(paper)
    return [(each, nets.get(each.pk, each.accepted_total or 0), slips.get(str(each.pk), [])) for each in done]

"""Where a vendor's money is: for every order on its way to payment the amount, who holds it, since when, until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.regulation.queries import working_days_between
from procurement.documents.models import Paper
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import purchases_of
from procurement.purchasing.workflow import PURCHASE
from procurement.settlement.models import Journal, PaymentObligation, Payout, Posting
from procurement.settlement.next_step import Step, debts_of, step_with
from procurement.settlement.papers import TAX_LABELS, rate_in_words
from procurement.settlement.paying_time import last_working_day, paid_by, pay_until
from procurement.settlement.payout_workflow import AWAY

ROWS: Final = 100
OPEN_STATES: Final = ("ACCEPTED", "INVOICED", "VERIFIED", "PAYMENT_APPROVED", "PAID")
"""From the BAST until the taxes are deposited."""
ARRIVED: Final = "arrived"
STAGES: Final = (
    ("to_bill", Q(state="ACCEPTED"), gettext_lazy("Belum Anda tagih")),
    ("checked", Q(state="INVOICED"), gettext_lazy("Tagihan diperiksa")),
    ("approved", Q(state="VERIFIED"), gettext_lazy("Menunggu persetujuan bayar")),
    ("paying", Q(state="PAYMENT_APPROVED"), gettext_lazy("Sedang dibayar")),
    (
        "passing",
        Q(state="PAID", vendor_paid_at__isnull=True),
        gettext_lazy("Dibayar instansi, diteruskan kepada Anda"),
    ),
    (
        ARRIVED,
        Q(state="PAID", vendor_paid_at__isnull=False),
        gettext_lazy("Sudah masuk, pajaknya sedang disetor"),
    ),
)
"""From the BAST to the vendor's account, in order: code, which orders, label."""
MOVES: Final = tuple(each.act for each in PURCHASE.moves)
"""Acts that hand an order on; a reminder or a note leaves it where it lies."""
REMINDED: Final = "payment.remind"
"""What the log calls the vendor's own reminder."""
RECEIVED: Final = ("TAX_SETTLED", "CLOSED")


@dataclass(frozen=True, slots=True)
class Stage:
    """What lies in one stage: orders and rupiah, net where the payment is approved; of how many it is not yet known."""

    code: str
    label: str
    orders: int
    amount: int
    gross: int

    @property
    def coming(self) -> int:
        """What of it has not arrived, in rupiah."""
        return 0 if self.code == ARRIVED else self.amount


@dataclass(frozen=True, slots=True)
class Money:
    """One order's money: whole rupiah, the net once it is known."""

    purchase: Purchase
    amount: int
    net: bool
    step: Step
    since: datetime | None
    bank: str
    due_at: datetime | None
    kept_back: tuple[str, ...] = ()
    reminded_on: date | None = None
    paid_by: str = ""

    @property
    def holder(self) -> str:
        """With whom it lies, and of which unit."""
        if not self.step.remindable:
            return self.step.holder
        return f"{self.step.holder} · {self.purchase.organisation.name}"

    @property
    def arrived(self) -> bool:
        """Whether the vendor has the money; what is left is the treasurer's deposit of taxes."""
        return self.purchase.vendor_paid_at is not None

    @property
    def late_days(self) -> int:
        """Working days that the money is late today."""
        if not self.late or self.due_at is None:
            return 0
        return working_days_between(clock.day_of(self.due_at), clock.today())

    @property
    def remindable(self) -> bool:
        """Whether somebody of the paying unit holds the money and was not reminded today."""
        waits = self.step.remindable and not self.arrived
        return waits and (self.reminded_on is None or self.reminded_on < last_working_day(clock.today()))

    @property
    def late(self) -> bool:
        """Whether the vendor should have it by now."""
        return self.due_at is not None and self.due_at < clock.now() and not self.arrived


@dataclass(frozen=True, slots=True)
class VendorMoney:
    """The page “Uang saya”."""

    stages: list[Stage]
    rows: list[Money]
    received: list[tuple[Purchase, int, list[Paper], str]]
    waiting: int
    late: int

    @property
    def orders(self) -> int:
        """Orders on their way to payment, those beyond the rows shown included."""
        return sum(stage.orders for stage in self.stages)

    @property
    def gross(self) -> bool:
        """Whether taxes are still to be taken off some of it: they are fixed when the payment is approved."""
        return any(stage.gross for stage in self.stages)

    @property
    def cut(self) -> bool:
        """Whether there are more orders than rows."""
        return self.orders > len(self.rows)


def stages_of(actor: Actor) -> list[Stage]:
    """Orders and sums of every stage: one query."""
    known = Q(obligation__isnull=False)
    amount = Coalesce("obligation__net", "accepted_total")
    counted: dict[str, Any] = {}
    for code, those, _label in STAGES:
        counted[code] = Count("pk", filter=those)
        counted[f"{code}_sum"] = Coalesce(Sum(amount, filter=those), 0)
        counted[f"{code}_gross"] = Count("pk", filter=those & ~known)
    told = purchases_of(actor).filter(state__in=OPEN_STATES).aggregate(**counted)
    return [
        Stage(code, str(label), told[code], told[f"{code}_sum"], told[f"{code}_gross"])
        for code, _those, label in STAGES
    ]


def vendor_money(actor: Actor) -> VendorMoney:
    """Where the vendor's money is, the latest promise first: as many queries whatever the number of orders."""
    running = list(
        purchases_of(actor)
        .filter(state__in=OPEN_STATES)
        .select_related("organisation", "vendor__organisation")
        .order_by("bast_vendor_at", "pk")[:ROWS]
    )
    done = _done(actor)
    debts: dict[int, PaymentObligation] = {each.purchase_id: each for each in debts_of([*running, *done])}
    nets = {pk: debt.net for pk, debt in debts.items()}
    proofs, at_bank = _proofs([*running, *done]), _at_bank(running)
    since, reminded = _moments(running)
    steps = {each.pk: step_with(each, debts.get(each.pk)) for each in running}
    rows = [
        Money(
            each,
            nets.get(each.pk, each.accepted_total or each.total),
            each.pk in nets,
            steps[each.pk],
            steps[each.pk].held_at or since.get(str(each.pk)),
            at_bank.get(each.pk, ""),
            pay_until(each),
            _kept_back(debts[each.pk]) if each.pk in debts else (),
            reminded.get(str(each.pk)),
            proofs.get(each.number, ""),
        )
        for each in running
    ]
    rows.sort(key=lambda row: (not row.late, row.due_at or clock.now(), row.purchase.pk))
    stages = stages_of(actor)
    waiting = sum(stage.coming for stage in stages)
    late = _late(actor) if len(running) == ROWS else sum(row.late for row in rows)
    return VendorMoney(stages, rows, _received(done, nets, proofs), waiting, late)


def _late(actor: Actor) -> int:
    """Payments past their day, of all orders: those of one day share their promise, so days are counted."""
    signed = purchases_of(actor).filter(
        state__in=OPEN_STATES, bast_vendor_at__isnull=False, vendor_paid_at__isnull=True
    )
    days = signed.order_by().values_list("region_id", TruncDate("bast_vendor_at", tzinfo=clock.JAKARTA))
    return sum(
        number
        for region_id, _day, number, last in days.annotate(number=Count("pk"), last=Max("bast_vendor_at"))
        if paid_by(last, region_id=region_id) < clock.now()
    )


def _kept_back(debt: PaymentObligation) -> tuple[str, ...]:
    """What is kept back and why, each in one sentence."""
    told = [
        _("%(tax)s %(rate)s atas %(base)s, %(amount)s, dipotong karena %(basis)s.")
        % {
            "tax": TAX_LABELS.get(tax.code, tax.code),
            "rate": rate_in_words(tax.rate),
            "base": rupiah(int(Fraction(tax.base))),
            "amount": rupiah(tax.amount),
            "basis": tax.legal_basis,
        }
        for tax in debt.plan.lines
        if tax.withheld and tax.amount
    ]
    if debt.penalty:
        told.append(_("Denda keterlambatan %(amount)s sesuai BAST.") % {"amount": rupiah(debt.penalty)})
    return tuple(told)


def _proofs(purchases: Iterable[Purchase]) -> dict[str, str]:
    """By order number: the proof that its money reached the vendor, with its day."""
    found = Journal.objects.filter(
        purchase_number__in=[each.number for each in purchases], kind__in=(Posting.SP2D, Posting.PAYOUT)
    ).select_related("evidence")
    return {
        each.purchase_number: f"{each.evidence}, {date_format(each.evidence.dated, 'j F Y')}"
        for each in found
        if each.evidence is not None
    }


def _at_bank(purchases: Iterable[Purchase]) -> dict[int, str]:
    """What the bank has to do with each order's transfer, in words; the latest news wins."""
    found = Payout.objects.filter(obligation__purchase__in=[each.pk for each in purchases]).order_by("pk")
    told: dict[int, str] = {}
    for number, state, reason in found.values_list("obligation__purchase_id", "state", "reason"):
        if state in AWAY:
            told[number] = _("dikirim ke bank")
        elif state == "SETTLED":
            told[number] = _("sampai di rekening Anda")
        elif state == "RETURNED":
            told[number] = _("dikembalikan bank: %(reason)s") % {"reason": reason}
    return told


def _moments(purchases: Iterable[Purchase]) -> tuple[dict[str, datetime], dict[str, date]]:
    """When each order came to whom it lies with now, and the day the vendor last reminded them: from the log."""
    entries = Entry.objects.filter(
        aggregate_type="purchase",
        aggregate_id__in=[str(each.pk) for each in purchases],
        act__in=[*MOVES, REMINDED],
    )
    last = entries.order_by().values_list("aggregate_id", "act").annotate(last=Max("at"))
    since: dict[str, datetime] = {}
    reminded: dict[str, date] = {}
    for key, act, at in last:
        if act == REMINDED:
            reminded[key] = clock.day_of(at)
        else:
            since[key] = max(since.get(key, at), at)
    return since, reminded


def _done(actor: Actor) -> list[Purchase]:
    """The last orders whose money has arrived."""
    found = purchases_of(actor).filter(state__in=RECEIVED).select_related("organisation")
    return list(found.order_by("-bast_vendor_at", "-pk")[:50])


def _received(
    done: Sequence[Purchase], nets: Mapping[int, int], proofs: Mapping[str, str]
) -> list[tuple[Purchase, int, list[Paper], str]]:
    """Each of those orders with what came, its tax slips and the proof that the money came."""
    slips: dict[str, list[Paper]] = {}
    found = Paper.objects.filter(
        subject_type="purchase", subject_id__in=[str(each.pk) for each in done], kind="bukti_potong"
    )
    for paper in found.order_by("pk"):
        slips.setdefault(paper.subject_id, []).append(paper)
    return [
        (
            each,
            nets.get(each.pk, each.accepted_total or 0),
            slips.get(str(each.pk), []),
            proofs.get(each.number, ""),
        )
        for each in done
    ]

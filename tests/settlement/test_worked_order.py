"""The worked order of the handbook (§12) and its variants, act by act, equal to the rupiah."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.events.jobs import run_due
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from procurement.documents.models import Paper
from procurement.planning.models import PLACES, BudgetLine, BudgetMovement
from procurement.purchasing import actions as purchasing
from procurement.purchasing.models import NegotiationRound
from procurement.settlement import actions as settlement
from procurement.settlement.ledger.reports import disagreements
from procurement.settlement.models import Evidence, TaxLine
from tests.fakes.stripe import FakeStripe
from tests.purchasing import factories
from tests.settlement.conftest import SECRET
from tests.settlement.orders import SCAN, to_the_bank, with_account
from tests.settlement.test_whole_order import until
from vendors.models import DeliveryCharge, Listing, Vendor

pytestmark = pytest.mark.django_db(transaction=True)

PAGU, HPS, AGREED = 25_000_000, 21_645_000, 20_868_000
GOODS = [
    ("Kertas HVS A4 80 gsm", "rim", 200, 54_000, 52_000),
    ("Pulpen, isi 12", "box", 100, 36_000, 35_000),
    ("Map odner", "pcs", 150, 32_000, 31_000),
]
"""Name, unit, quantity, listed and negotiated price."""


@dataclass
class Worked:
    """The order of the handbook with its people; the clock stands on the handbook's days."""

    stack: ExitStack
    office: factories.Office
    goods: list[Listing]
    story: factories.Story | None = None

    def on(self, day: date, hour: int = 9) -> None:
        """Go to a day of October 2026."""
        self.stack.close()
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=clock.JAKARTA)
        self.stack.enter_context(clock.frozen(moment))

    def places(self) -> tuple[int, ...]:
        """The budget ledger as the handbook prints it: available, reserved, committed, payable, spent."""
        line = BudgetLine.objects.get(pk=self.office.line.pk)
        assert sum(getattr(line, place) for place in PLACES) == line.pagu == PAGU
        return tuple(getattr(line, place) for place in PLACES)

    @property
    def told(self) -> factories.Story:
        """The order, once it was submitted."""
        assert self.story is not None
        return self.story


@pytest.fixture
def worked() -> Iterator[Worked]:
    with ExitStack() as stack:
        stack.enter_context(clock.frozen(datetime(2026, 10, 2, 9, tzinfo=clock.JAKARTA)))
        office = factories.office(pagu=PAGU, hps=HPS)
        Organisation.objects.filter(pk=office.package.organisation_id).update(code="DC")
        shop = factories.shop("CV Maju Bersama Contoh")
        goods = [
            factories.paper(shop, title=name, unit=of, price=listed)
            for name, of, _units, listed, _agreed in GOODS
        ]
        DeliveryCharge.objects.create(vendor=shop, amount=300_000, valid_from=clock.now())
        found = Worked(stack, office, goods)
        yield found
        found.stack.close()


def submit(worked: Worked, **told: Any) -> None:
    """The cart is sent to the vendor: everything at list prices is set aside."""
    worked.on(date(2026, 10, 6))
    buyer = worked.office.actor(Role.PP)
    factories.fill_basket(
        buyer, [(each, units) for each, (_n, _u, units, _l, _a) in zip(worked.goods, GOODS, strict=True)]
    )
    (purchase,) = purchasing.submit_basket(
        actor=buyer,
        package_id=worked.office.package.pk,
        budget_line_id=worked.office.line.pk,
        destinations=[factories.delivery(needed_by=date(2026, 10, 20))],
        **{"negotiate": True, **told},
    )
    worked.story = factories.Story(purchase, worked.office)
    worked.told.fresh()


def offer(worked: Worked, cut: int, shipping: int) -> purchasing.Offer:
    """A part of the way from the listed to the negotiated prices, in per cent."""
    lines = worked.told.purchase.lines.order_by("position")
    prices = {
        line.pk: listed - (listed - agreed) * cut // 100
        for line, (_n, _u, _q, listed, agreed) in zip(lines, GOODS, strict=True)
    }
    return purchasing.Offer(prices=prices, shipping=shipping, needed_by=date(2026, 10, 20))


def negotiate(worked: Worked) -> None:
    """Two rounds, 6 and 7 October; the buyer agrees to the vendor's."""
    story = worked.told
    buyer, vendor = story.actor(Role.PP), story.vendor
    purchasing.counter(actor=buyer, purchase_id=story.purchase.pk, offer=offer(worked, 100, 200_000))
    worked.on(date(2026, 10, 7))
    purchasing.counter(actor=vendor, purchase_id=story.purchase.pk, offer=offer(worked, 100, 250_000))
    purchasing.agree(actor=buyer, purchase_id=story.purchase.pk)
    story.fresh()


def sign(worked: Worked) -> None:
    """8 October: PPK and vendor sign the Surat Pesanan."""
    worked.on(date(2026, 10, 8))
    worked.told.take("approve")
    worked.told.take("confirm")


def deliver(worked: Worked) -> None:
    """19 October on its way, 20 October counted, inspected, BAST by both."""
    worked.on(date(2026, 10, 19))
    worked.told.take("ship")
    worked.on(date(2026, 10, 20))
    for name in ("receive", "inspect", "sign_bast", "accept"):
        worked.told.take(name)


def approve_payment(worked: Worked) -> Any:
    """Invoice, three-way match, approval on 21 October."""
    purchase = worked.told.purchase
    with_account(purchase)
    worked.on(date(2026, 10, 21))
    settlement.issue_invoice(actor=worked.told.vendor, purchase_id=purchase.pk)
    settlement.verify_invoice(actor=worked.office.actor(Role.PPK_SKPD), purchase_id=purchase.pk)
    return settlement.approve_payment(actor=worked.office.actor(Role.PA), purchase_id=purchase.pk)


def test_the_worked_order_with_its_budget_ledger_at_every_step(worked: Worked) -> None:
    ledger = [("RUP announced", worked.places())]
    submit(worked)
    purchase = worked.told.purchase
    assert (purchase.goods_total, purchase.shipping, purchase.price_total) == (
        19_200_000,
        300_000,
        19_500_000,
    )
    assert (purchase.ppn, purchase.total, purchase.state) == (2_145_000, HPS, "NEGOTIATING")
    ledger.append(("cart sent to vendor (HPS)", worked.places()))

    negotiate(worked)
    purchase = worked.told.purchase
    assert (purchase.goods_total, purchase.shipping, purchase.price_total) == (
        18_550_000,
        250_000,
        18_800_000,
    )
    assert (purchase.ppn, purchase.total, purchase.state) == (2_068_000, AGREED, "AWAITING_PPK")
    assert NegotiationRound.objects.filter(purchase=purchase).count() == 3  # the list prices and two rounds
    saving = Entry.objects.get(act="purchase.agree").facts["saving_rupiah"]
    assert (saving, saving * 10_000 // HPS) == (777_000, 358)  # 3,59 % rounded, 3,58 cut off
    ledger.append(("negotiated, saving released", worked.places()))

    sign(worked)
    purchase = worked.told.purchase
    assert purchase.sp_number == "027/SP/EO/0000001/DC/X/2026"
    ledger.append(("SP signed", worked.places()))

    deliver(worked)
    purchase = worked.told.purchase
    assert (purchase.accepted_price, purchase.accepted_total) == (18_800_000, AGREED)
    assert (purchase.late_days, purchase.penalty) == (0, 0)
    ledger.append(("BAST", worked.places()))

    obligation = approve_payment(worked)
    taxes = {each.code: (each.base, each.amount) for each in obligation.tax_lines.all()}
    assert taxes["PPN"][1] == 2_068_000
    assert taxes["PPH22"] == ("18800000", 282_000)
    assert (obligation.gross, obligation.withheld, obligation.net) == (AGREED, 2_350_000, 18_518_000)

    assert ledger == [
        ("RUP announced", (25_000_000, 0, 0, 0, 0)),
        ("cart sent to vendor (HPS)", (3_355_000, 21_645_000, 0, 0, 0)),
        ("negotiated, saving released", (4_132_000, 20_868_000, 0, 0, 0)),
        ("SP signed", (4_132_000, 0, 20_868_000, 0, 0)),
        ("BAST", (4_132_000, 0, 0, 20_868_000, 0)),
    ]


def test_paid_by_transfer_the_money_of_the_worked_order_is_spent(
    worked: Worked, stripe: FakeStripe, live_server: Any
) -> None:
    """Step 11 to 13: net to the vendor, taxes deposited, closed; nothing is left anywhere else."""
    submit(worked)
    negotiate(worked)
    sign(worked)
    deliver(worked)
    obligation = approve_payment(worked)
    purchase, office = worked.told.purchase, worked.office
    treasurer = office.actor(Role.TREASURER)
    worked.stack.close()  # the provider and its notices live by the real clock
    stripe.add_webhook(f"{live_server.url}/webhook/stripe/", SECRET)
    settlement.start_payment(actor=treasurer, purchase_id=purchase.pk)
    until(purchase, "PAID")
    stripe.sender.drain()
    run_due()
    assert worked.places() == (4_132_000, 0, 0, 0, 20_868_000)
    for number, tax in enumerate(TaxLine.objects.order_by("-amount")):
        settlement.record_deposit(
            actor=treasurer,
            tax_line_id=tax.pk,
            billing_code="820231123456789",
            ntpn=f"AAAA00001111222{number}",
            deposited_on=clock.today(),
        )
    to_the_bank(treasurer, office.actor(Role.PPK_SKPD), purchase.pk)
    proof = settlement.Proof("TRF-1", clock.today(), obligation.net, SCAN)
    kept = settlement.record_evidence(
        actor=treasurer, purchase_id=purchase.pk, kind=Evidence.Kind.BANK_TRANSFER, proof=proof
    )
    settlement.verify_evidence(actor=office.actor(Role.PPK_SKPD), evidence_id=kept.pk)
    purchasing.close(actor=office.actor(Role.PPK), purchase_id=purchase.pk, rating=5)
    assert worked.told.fresh().state == "CLOSED"
    assert disagreements() == []
    kinds = list(
        BudgetMovement.objects.filter(line=worked.office.line).order_by("pk").values_list("kind", "amount")
    )
    assert kinds == [
        ("RESERVE", 21_645_000),
        ("RELEASE", 777_000),
        ("COMMIT", 20_868_000),
        ("MAKE_PAYABLE", 20_868_000),
        ("SPEND", 20_868_000),
    ]


def test_v3_a_vendor_that_is_no_taxable_person_with_a_certificate(worked: Worked) -> None:
    """Price 18.800.000, no PPN, final 0,5 % 94.000, cash 18.706.000."""
    Vendor.objects.filter(pk=worked.goods[0].vendor_id).update(
        pkp=False, suket_pp55="S-1/2026", suket_pp55_valid_to=date(2026, 12, 31)
    )
    submit(worked)
    negotiate(worked)
    sign(worked)
    deliver(worked)
    obligation = approve_payment(worked)
    assert worked.told.purchase.total == 18_800_000
    (tax,) = obligation.tax_lines.all()
    assert (tax.code, tax.amount) == ("FINAL_UMKM", 94_000)
    assert (obligation.gross, obligation.net) == (18_800_000, 18_706_000)


def test_v6_ended_after_the_surat_pesanan_the_commitment_returns(worked: Worked) -> None:
    submit(worked)
    negotiate(worked)
    sign(worked)
    worked.on(date(2026, 10, 22))
    worked.told.take("warn")
    worked.told.take("terminate")
    assert worked.told.purchase.state == "TERMINATED"
    assert worked.places() == (25_000_000, 0, 0, 0, 0)
    assert Paper.objects.filter(kind="ba_pembatalan").count() == 1


def test_v7_large_payments_go_straight_from_the_treasury(worked: Worked) -> None:
    """One SP2D pays 18.518.000 to the vendor and the deductions to the state's tax account."""
    region = worked.office.package.region
    Parameter.objects.create(
        code="payment.up_max_per_payee",
        region=region,
        value=10_000_000,
        unit="rupiah",
        valid_from=date(2026, 1, 1),
        legal_basis="Keputusan kepala daerah, contoh",
        state=Parameter.State.ACTIVE,
    )
    forget_rules()
    try:
        submit(worked)
        negotiate(worked)
        sign(worked)
        deliver(worked)
        obligation = approve_payment(worked)
        worked.on(date(2026, 10, 22))
        purchase = worked.told.purchase
        assert (purchase.mechanism, obligation.net) == ("LS", 18_518_000)
        proof = settlement.Proof("SP2D-1", date(2026, 10, 22), 18_518_000, SCAN)
        kept = settlement.record_evidence(
            actor=worked.office.actor(Role.TREASURER),
            purchase_id=purchase.pk,
            kind=Evidence.Kind.SP2D,
            proof=proof,
        )
        settlement.verify_evidence(actor=worked.office.actor(Role.PPK_SKPD), evidence_id=kept.pk)
    finally:
        forget_rules()
    assert worked.told.fresh().state == "PAID"
    assert worked.places() == (4_132_000, 0, 0, 0, 20_868_000)


def test_v8_meal_boxes_instead_of_stationery(worked: Worked) -> None:
    """100 boxes at 35.000: no PPN, PPh 23 of 2 %, cash 3.430.000 (T10)."""
    shop = factories.shop("Dapur Bu Sari", pkp=False, size="MIKRO")
    boxes = factories.paper(
        shop, title="Nasi kotak ayam", kind="KATERING", way="konsumsi/nasi-kotak", unit="kotak", price=35_000
    )
    worked.on(date(2026, 10, 6))
    buyer = worked.office.actor(Role.PP)
    factories.fill_basket(buyer, [(boxes, 100)])
    (purchase,) = purchasing.submit_basket(
        actor=buyer,
        package_id=worked.office.package.pk,
        budget_line_id=worked.office.line.pk,
        destinations=[factories.delivery(needed_by=date(2026, 10, 20))],
    )
    worked.story = factories.Story(purchase, worked.office)
    worked.told.fresh()
    sign(worked)
    deliver(worked)
    obligation = approve_payment(worked)
    (tax,) = obligation.tax_lines.all()
    assert (tax.code, tax.amount) == ("PPH23", 70_000)
    assert (obligation.gross, obligation.net) == (3_500_000, 3_430_000)

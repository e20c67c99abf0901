"""NPD → SPP → SPM → SP2D: every sum is computed, every step is another person's, and the SP2D is typed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from procurement.documents.models import Paper
from procurement.settlement.actions import (
    Proof,
    approve_payment,
    issue_invoice,
    send_attempt,
    start_payment,
    verify_invoice,
)
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import AccountKind, Evidence, Journal, PaymentAttempt
from procurement.treasury import actions
from procurement.treasury.models import PaymentRequest, RequestItem
from procurement.treasury.queries import cover_of
from tests import people
from tests.settlement.orders import SCAN, Case, accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import deliver, work

pytestmark = pytest.mark.django_db(transaction=True)
GROSS, NET = 20_868_000, 18_518_000


@dataclass
class Desk:
    """A unit with the people of its treasury."""

    unit: Organisation
    people: dict[Role, Actor] = field(default_factory=dict)

    def __getitem__(self, role: Role) -> Actor:
        if role not in self.people:
            self.people[role] = people.actor(role, self.unit)
        return self.people[role]

    def order(self, **told: Any) -> Case:
        """An approved order of this unit."""
        case = accepted(at=self.unit, **told)
        approved(case)
        return case

    def step(self, request: PaymentRequest, *names: str) -> PaymentRequest:
        """Take the request through steps by those who take them."""
        takers = {
            "make_spp": Role.TREASURER,
            "verify": Role.PPK_SKPD,
            "sign": Role.PA,
            "verify_sp2d": Role.PPK_SKPD,
        }
        for name in names:
            if name == "record_sp2d":
                proof = Proof(f"SP2D-{request.pk}", clock.today(), request.net, SCAN)
                actions.record_sp2d(actor=self[Role.TREASURER], request_id=request.pk, proof=proof)
            else:
                getattr(actions, name)(actor=self[takers[name]], request_id=request.pk)
        return PaymentRequest.objects.get(pk=request.pk)


@pytest.fixture
def desk() -> Desk:
    return Desk(people.organisation())


@pytest.fixture
def rules() -> Iterator[Any]:
    """Set a dated rule of a region."""

    def put(code: str, value: Any, region: Any) -> None:
        Parameter.objects.create(
            code=code,
            region=region,
            value=value,
            unit="rupiah",
            valid_from=date(2026, 1, 1),
            legal_basis="Keputusan kepala daerah, contoh",
            state=Parameter.State.ACTIVE,
        )
        forget_rules()

    yield put
    forget_rules()


def second_order_of(first: Case, desk: Desk) -> Case:
    """Another LS order of the same vendor, to the same account."""
    small = [("BARANG", 10, 500_000)]
    return desk.order(mechanism="LS", lines=small, shipping=0, seller=first.purchase.vendor)


ALL_STEPS = ("make_spp", "verify", "sign", "record_sp2d", "verify_sp2d")


def test_v7_the_worked_order_goes_from_npd_to_sp2d_and_is_paid(desk: Desk) -> None:
    case = desk.order(mechanism="LS")
    request = actions.request_ls(actor=desk[Role.PPTK], numbers=[case.purchase.number])
    assert (request.gross, request.deductions, request.net) == (GROSS, 2_350_000, NET)
    request = desk.step(request, "make_spp", "verify", "sign")
    assert case.fresh().state == "PAYMENT_APPROVED"
    assert [request.npd_number[:8], request.spp_number[:8], request.spm_number[:8]] == [
        "900/NPD/",
        "900/SPP/",
        "900/SPM/",
    ]
    spm = Paper.objects.get(kind="spm").facts
    assert spm["deductions"] == [
        {"label": "PPN", "amount": 2_068_000},
        {"label": "PPh Pasal 22", "amount": 282_000},
    ]
    assert (spm["total"], spm["deducted"], spm["net"]) == (GROSS, 2_350_000, NET)
    assert [line["account_code"] for line in spm["requested"]] == ["5.1.02.01.01.0024"]

    desk.step(request, "record_sp2d")
    assert case.fresh().state == "PAYMENT_APPROVED" and Journal.objects.count() == 0
    request = desk.step(request, "verify_sp2d")
    assert (request.state, case.fresh().state) == ("SP2D", "PAID")
    assert held(AccountKind.VENDOR_PAYABLE, case.purchase.number) == 0
    assert disagreements() == []


def test_one_sp2d_typed_once_pays_all_orders_of_the_request(desk: Desk) -> None:
    first = desk.order(mechanism="LS")
    second = second_order_of(first, desk)
    numbers = [first.purchase.number, second.purchase.number]
    request = desk.step(actions.request_ls(actor=desk[Role.PPTK], numbers=numbers), *ALL_STEPS)
    assert {first.fresh().state, second.fresh().state} == {"PAID"}
    proofs = list(Evidence.objects.order_by("pk").values_list("number", "amount", "dated"))
    assert [number for number, _amount, _dated in proofs] == [
        request.sp2d_number,
        f"{request.sp2d_number} (2/2)",
    ]
    assert sum(amount for _number, amount, _dated in proofs) == request.net
    assert {dated for _number, _amount, dated in proofs} == {request.sp2d_dated}
    assert {each.evidence_id for each in Journal.objects.filter(kind="SP2D")} == set(
        Evidence.objects.values_list("pk", flat=True)
    )


def refused(code: str, act: Any, *, of: type = PaymentRequest) -> Refused:
    """The refusal of an act that changes nothing and tells nothing."""
    before = (
        list(PaymentRequest.objects.order_by("pk").values()),
        Entry.objects.count(),
        Evidence.objects.count(),
    )
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    after = (
        list(PaymentRequest.objects.order_by("pk").values()),
        Entry.objects.count(),
        Evidence.objects.count(),
    )
    assert after == before
    return caught.value


def test_what_is_wrong_is_refused_and_nothing_changes(desk: Desk) -> None:
    case, other = desk.order(mechanism="LS"), desk.order(mechanism="LS")
    by_up = desk.order()
    pptk, treasurer, checker = desk[Role.PPTK], desk[Role.TREASURER], desk[Role.PPK_SKPD]
    number = case.purchase.number
    refused("request.nothing", lambda: actions.request_ls(actor=pptk, numbers=[]))
    refused("request.not_due", lambda: actions.request_ls(actor=pptk, numbers=[by_up.purchase.number]))
    both = [number, other.purchase.number]
    refused("request.two_payees", lambda: actions.request_ls(actor=pptk, numbers=both))
    refused("wrong_role", lambda: actions.request_ls(actor=treasurer, numbers=[number]))
    foreign = people.actor(Role.PPTK)
    refused("request.not_due", lambda: actions.request_ls(actor=foreign, numbers=[number]))

    request = actions.request_ls(actor=pptk, numbers=[number])
    refused("request.not_due", lambda: actions.request_ls(actor=pptk, numbers=[number]))
    refused("wrong_state", lambda: actions.sign(actor=desk[Role.PA], request_id=request.pk))
    refused("wrong_role", lambda: actions.make_spp(actor=pptk, request_id=request.pk))
    with pytest.raises(PaymentRequest.DoesNotExist):
        actions.make_spp(actor=people.actor(Role.TREASURER), request_id=request.pk)
    desk.step(request, "make_spp", "verify", "sign")

    def record(amount: int = NET, number: str = "S-1", file: bytes = SCAN) -> Any:
        proof = Proof(number, clock.today(), amount, file)
        return lambda: actions.record_sp2d(actor=treasurer, request_id=request.pk, proof=proof)

    said = refused("sp2d.amount", record(NET + 1))
    assert "Rp18.518.001" in said.sentence and "Rp18.518.000" in said.sentence
    refused("evidence.file", record(file=b"bukan pindaian"))
    desk.step(request, "record_sp2d")
    PaymentRequest.objects.filter(pk=request.pk).update(recorder=checker.user_id)
    refused("sp2d.same_person", lambda: actions.verify_sp2d(actor=checker, request_id=request.pk))
    assert case.fresh().state == "PAYMENT_APPROVED"


def test_a_returned_request_voids_its_papers_and_frees_its_orders(desk: Desk) -> None:
    case = desk.order(mechanism="LS")
    request = desk.step(actions.request_ls(actor=desk[Role.PPTK], numbers=[case.purchase.number]), "make_spp")
    checker = desk[Role.PPK_SKPD]

    def give_back(reason: str) -> Any:
        return actions.return_request(actor=checker, request_id=request.pk, move="return_spp", reason=reason)

    refused("reason.missing", lambda: give_back("salah"))
    give_back("Kode rekening tidak sesuai DPA")
    request.refresh_from_db()
    assert request.state == "RETURNED"
    assert set(Paper.objects.filter(is_void=True).values_list("kind", flat=True)) == {"npd", "spp"}
    again = actions.request_ls(actor=desk[Role.PPTK], numbers=[case.purchase.number])
    assert again.npd_number != request.npd_number
    assert RequestItem.objects.filter(standing=True).get().request_id == again.pk


def test_a_kpa_signs_up_to_the_rule_and_is_told_who_may_above(desk: Desk, rules: Any) -> None:
    rules("authority.kpa_payment_max", 20_000_000, desk.unit.region)
    case = desk.order(mechanism="LS")
    pa = desk[Role.PA]
    request = desk.step(
        actions.request_ls(actor=desk[Role.PPTK], numbers=[case.purchase.number]), "make_spp", "verify"
    )
    said = refused("authority.kpa", lambda: actions.sign(actor=desk[Role.KPA], request_id=request.pk))
    assert "Rp20.000.000" in said.sentence and pa.name in (said.fix or "")
    Parameter.objects.filter(code="authority.kpa_payment_max", region=desk.unit.region).delete()
    rules("authority.kpa_payment_max", GROSS, desk.unit.region)
    actions.sign(actor=desk[Role.KPA], request_id=request.pk)


def test_a_kpa_approves_payments_up_to_the_rule(desk: Desk, rules: Any) -> None:
    rules("authority.kpa_payment_max", GROSS - 1, desk.unit.region)
    case = accepted(at=desk.unit)
    approver, kpa = desk[Role.PA], desk[Role.KPA]
    from_bill(case)
    said = refused("authority.kpa", lambda: approve_payment(actor=kpa, purchase_id=case.purchase.pk))
    assert approver.name in (said.fix or "")
    assert case.fresh().state == "VERIFIED"
    approve_payment(actor=approver, purchase_id=case.purchase.pk)


def from_bill(case: Case) -> None:
    """Billed and verified."""
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    verify_invoice(actor=case.verifier, purchase_id=case.purchase.pk)


def test_a_payment_beyond_the_imprest_is_refused_with_both_figures(
    desk: Desk, rules: Any, stripe: Any
) -> None:
    rules("treasury.up_limit", {"*": 1, desk.unit.code: GROSS + 1_000}, desk.unit.region)
    first, second = desk.order(), desk.order(lines=[("BARANG", 10, 52_000)], shipping=0)
    start_payment(actor=desk[Role.TREASURER], purchase_id=first.purchase.pk)
    cover = cover_of(desk.unit)
    assert (cover.limit, cover.used, cover.available) == (GROSS + 1_000, GROSS, 1_000)
    said = refused(
        "imprest.exceeded",
        lambda: start_payment(actor=desk[Role.TREASURER], purchase_id=second.purchase.pk),
    )
    assert "Rp1.000" in said.sentence and "Rp577.200" in said.sentence
    assert PaymentAttempt.objects.count() == 1


def test_the_rest_of_an_order_counts_against_the_imprest_once(desk: Desk, rules: Any, stripe: Any) -> None:
    rules("treasury.up_limit", {"*": 1, desk.unit.code: GROSS}, desk.unit.region)
    case = desk.order()
    send_attempt(start_payment(actor=desk[Role.TREASURER], purchase_id=case.purchase.pk).pk)
    [short] = [each for each in stripe.state.events.values() if each["type"] == "payment_intent.succeeded"]
    short["data"]["object"]["amount_received"] -= 86_800_000
    deliver(short)
    work()
    assert cover_of(desk.unit).available == 0
    rest = start_payment(actor=desk[Role.TREASURER], purchase_id=case.purchase.pk)
    assert rest.amount == 868_000
    assert cover_of(desk.unit).used == GROSS


def test_up_is_asked_once_a_year_as_large_as_the_rule(desk: Desk, rules: Any) -> None:
    rules("treasury.up_limit", 100_000_000, desk.unit.region)
    treasurer = desk[Role.TREASURER]
    request = actions.request_up(actor=treasurer)
    assert (request.state, request.gross, request.spp_number[:8]) == ("SPP", 100_000_000, "900/SPP/")
    refused("request.up_once", lambda: actions.request_up(actor=treasurer))
    assert desk.step(request, "verify", "sign", "record_sp2d", "verify_sp2d").state == "SP2D"
    assert Evidence.objects.count() == 0


def test_a_tu_is_accounted_for_within_a_month(desk: Desk) -> None:
    pptk, treasurer = desk[Role.PPTK], desk[Role.TREASURER]
    refused("request.purpose", lambda: actions.request_tu(actor=pptk, amount=1, purpose="rapat"))
    request = actions.request_tu(actor=pptk, amount=5_000_000, purpose="Konsumsi rapat koordinasi")
    refused("request.open_tu", lambda: actions.request_tu(actor=pptk, amount=1, purpose="Rapat yang lain"))
    request = desk.step(request, *ALL_STEPS)
    assert request.state == "TU_OPEN" and request.due_at is not None and request.sp2d_dated is not None
    assert 28 <= (clock.day_of(request.due_at) - request.sp2d_dated).days <= 31

    def tell(spent: int, sts: str = "") -> Any:
        return actions.account(
            actor=treasurer, request_id=request.pk, spent=spent, number="LPJ-TU/1", sts=sts
        )

    refused("tu.overspent", lambda: tell(5_000_001))
    refused("tu.remainder", lambda: tell(4_000_000))
    tell(4_000_000, "STS-9")
    request.refresh_from_db()
    assert (request.state, request.returned) == ("ACCOUNTED", 1_000_000)

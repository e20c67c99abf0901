"""One transfer to a vendor: two persons, one version of one account, holds, proofs, returns, and attacks by SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.personal_data import keyed_hash
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.settlement.actions import (
    Proof,
    approve_payout,
    cancel_payout,
    draw_up_payout,
    hold_payout,
    let_go_payout,
    prepare_payout,
    record_evidence,
    return_payout,
    send_payout,
    verify_evidence,
)
from procurement.settlement.actions.payouts import settle_in
from procurement.settlement.ledger.proving import reckon
from procurement.settlement.ledger.reports import disagreements, held
from procurement.settlement.models import AccountKind, Balance, Evidence, Journal, Payout
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import DEPOSITED, SCAN, SUBMITTED, Case, accepted, to_the_bank
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import NET, paid
from tests.tampering import guards_asleep
from vendors.models import BankAccount

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(stripe: FakeStripe) -> Case:
    """An order that the provider paid: its transfer is drawn up."""
    return owed(stripe)


def owed(stripe: FakeStripe, **facts: Any) -> Case:
    found = accepted(**facts)
    approved(found)
    paid(found, stripe)
    return found


def only(case: Case) -> Payout:
    """The transfer of the order that is not over."""
    return Payout.objects.exclude(state__in=["RETURNED", "CANCELLED"]).get(obligation__purchase=case.purchase)


def auditor_body(case: Case) -> Organisation:
    return people.organisation(people.KIND_OF_ROLE[Role.AUDITOR], in_region=case.purchase.region)


def auditor(case: Case) -> Actor:
    return people.actor(Role.AUDITOR, auditor_body(case))


def in_books(case: Case) -> tuple[int, int]:
    """Sen owed to the vendor, and on their way."""
    number = case.purchase.number
    return held(AccountKind.VENDOR_PAYABLE, number), held(AccountKind.PAYOUT_CLEARING, number)


def slip(case: Case, number: str = "TRF-1") -> Evidence:
    """The bank's slip, recorded by the treasurer and verified by another person."""
    kind = Evidence.Kind.BANK_TRANSFER
    kept = record_evidence(
        actor=case.treasurer,
        purchase_id=case.purchase.pk,
        kind=kind,
        proof=Proof(number, DEPOSITED, NET, SCAN),
    )
    return verify_evidence(actor=case.verifier, evidence_id=kept.pk)


def refused(act: Callable[[], Any]) -> str:
    """The code of the refusal; nothing may have changed and nothing been written."""
    before = everything()
    with pytest.raises(Refused) as refusal:
        act()
    assert everything() == before
    return refusal.value.code


def everything() -> tuple[Any, ...]:
    return (
        list(Payout.objects.order_by("pk").values()),
        dict(Balance.objects.values_list("account_id", "amount")),
        LogEntry.objects.count(),
    )


def new_account(case: Case, *, approved: bool = True) -> BankAccount:
    """A newer version of the vendor's account, usable now when approved."""
    operators = [people.user("Operator") for _n in range(2)]
    return BankAccount.objects.create(
        vendor=case.purchase.vendor,
        version=2,
        bank_code="014",
        number="9988776655",
        number_hash=keyed_hash("bank_account", "014:9988776655"),
        holder_name="CV Maju",
        added_at=clock.now(),
        name_match="COCOK",
        verified_at=clock.now(),
        verified_by=operators[0],
        usable_from=clock.now(),
        approved_at=clock.now() if approved else None,
        approved_by=operators[1] if approved else None,
    )


def test_from_draft_to_the_vendors_account(case: Case) -> None:
    payout = only(case)
    assert (payout.state, payout.amount, payout.prepared_by_id) == ("DRAFT", NET, None)
    assert in_books(case) == (NET * 100, 0)
    to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    assert in_books(case) == (0, NET * 100)
    slip(case)
    payout.refresh_from_db()
    assert payout.state == "SETTLED" and payout.proof == f"evidence:{payout.evidence_id}"
    assert in_books(case) == (0, 0) and disagreements() == [] and reckon().sound
    assert payout.name_inquiry["account_version"] == payout.bank_account.version == 1
    acts = LogEntry.objects.filter(aggregate_type="payout", aggregate_id=str(payout.pk)).order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "payout.draw_up",
        "payout.prepare",
        "payout.approve",
        "payout.send",
        "payout.settle",
    ]


def test_nobody_approves_what_he_prepared_and_nobody_approves_what_nobody_prepared(case: Case) -> None:
    payout = only(case)
    assert refused(lambda: approve_payout(actor=case.verifier, payout_id=payout.pk)) == "payout.not_prepared"
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute(
            "UPDATE settlement_payout SET approved_by_id = prepared_by_id WHERE id = %s", [payout.pk]
        )
    for role in (Role.TREASURER, Role.PPK, Role.PA, Role.RECEIVER):
        actor = Actor.of(case.appointments[role])
        assert refused(lambda actor=actor: approve_payout(actor=actor, payout_id=payout.pk)) in {  # type: ignore[misc]
            "wrong_role"
        }


def test_who_ordered_or_received_does_not_approve(case: Case) -> None:
    payout = only(case)
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    receiver = case.appointments[Role.RECEIVER].user
    both = people.appointment(Role.PPK_SKPD, case.purchase.organisation, person=receiver)
    assert refused(lambda: approve_payout(actor=Actor.of(both), payout_id=payout.pk)) == "segregation"


def test_other_units_find_nothing(case: Case) -> None:
    payout = only(case)
    strangers = {role: people.actor(role) for role in (Role.TREASURER, Role.PPK_SKPD)}
    elsewhere = people.organisation(
        people.KIND_OF_ROLE[Role.AUDITOR], in_region=people.region("D998", "Provinsi Lain")
    )
    for act in (
        lambda: prepare_payout(actor=strangers[Role.TREASURER], payout_id=payout.pk),
        lambda: approve_payout(actor=strangers[Role.PPK_SKPD], payout_id=payout.pk),
        lambda: send_payout(actor=strangers[Role.TREASURER], payout_id=payout.pk),
        lambda: cancel_payout(actor=strangers[Role.TREASURER], payout_id=payout.pk, reason="x"),
        lambda: return_payout(actor=strangers[Role.TREASURER], payout_id=payout.pk, reason="x"),
        lambda: hold_payout(
            actor=people.actor(Role.AUDITOR, elsewhere), payout_id=payout.pk, reason="BAST diragukan"
        ),
    ):
        with pytest.raises(Payout.DoesNotExist):
            act()
    assert only(case).state == "DRAFT" and only(case).held_at is None


# ── the account ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_changed_account_blocks_approval_until_the_transfer_is_drawn_up_anew(case: Case) -> None:
    payout = only(case)
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    newer = new_account(case)
    approve = lambda: approve_payout(actor=case.verifier, payout_id=payout.pk)  # noqa: E731
    assert refused(approve) == "payout.account_changed"
    cancel_payout(actor=case.treasurer, payout_id=payout.pk, reason="rekening berubah")
    again = draw_up_payout(actor=case.treasurer, purchase_id=case.purchase.pk)
    assert (again.bank_account_id, again.replaces_id, again.amount) == (newer.pk, payout.pk, NET)
    prepare_payout(actor=case.treasurer, payout_id=again.pk)
    assert approve_payout(actor=case.verifier, payout_id=again.pk).name_inquiry["match"] == "COCOK"


def test_an_account_that_waits_for_its_second_person_changes_nothing(case: Case) -> None:
    prepare_payout(actor=case.treasurer, payout_id=only(case).pk)
    new_account(case, approved=False)
    assert approve_payout(actor=case.verifier, payout_id=only(case).pk).bank_account.version == 1


def test_an_account_whose_number_was_changed_behind_the_scenes_is_not_paid(case: Case) -> None:
    prepare_payout(actor=case.treasurer, payout_id=only(case).pk)
    with guards_asleep("vendors_bankaccount") as cursor:
        cursor.execute("UPDATE vendors_bankaccount SET number_hash = repeat('0', 64)")
    approve = lambda: approve_payout(actor=case.verifier, payout_id=only(case).pk)  # noqa: E731
    assert refused(approve) == "payout.no_account"


@pytest.mark.parametrize("state", ["APPROVED", "SENT", "SETTLED"])
def test_a_later_account_never_redirects(case: Case, state: str) -> None:
    payout = only(case)
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    approve_payout(actor=case.verifier, payout_id=payout.pk)
    newer = new_account(case)
    if state != "APPROVED":
        send_payout(actor=case.treasurer, payout_id=payout.pk)
    if state == "SETTLED":
        slip(case)
    payout.refresh_from_db()
    assert (payout.state, payout.bank_account.version) == (state, 1)
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="never redirected"):
        cursor.execute(
            "UPDATE settlement_payout SET bank_account_id = %s WHERE id = %s", [newer.pk, payout.pk]
        )


# ── holds ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_an_auditor_holds_goes_nowhere_until_an_auditor_lets_it_go(case: Case) -> None:
    watcher, payout = auditor(case), only(case)
    assert refused(lambda: hold_payout(actor=watcher, payout_id=payout.pk, reason=" ")) == "payout.reason"
    assert refused(lambda: hold_payout(actor=case.approver, payout_id=payout.pk, reason="x")) == "wrong_role"
    hold_payout(actor=watcher, payout_id=payout.pk, reason="BAST diragukan")
    assert refused(lambda: prepare_payout(actor=case.treasurer, payout_id=payout.pk)) == "payout.held"
    assert refused(lambda: approve_payout(actor=case.verifier, payout_id=payout.pk)) == "payout.held"
    for actor in (case.treasurer, case.verifier):
        assert (
            refused(lambda actor=actor: let_go_payout(actor=actor, payout_id=payout.pk, reason="x"))  # type: ignore[misc]
            == "wrong_role"
        )
    let_go_payout(actor=watcher, payout_id=payout.pk, reason="BAST benar")
    prepare_payout(actor=case.treasurer, payout_id=payout.pk)
    approve_payout(actor=case.verifier, payout_id=payout.pk)
    hold_payout(actor=watcher, payout_id=payout.pk, reason="sekali lagi")
    assert refused(lambda: send_payout(actor=case.treasurer, payout_id=payout.pk)) == "payout.held"
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="held by an auditor"):
        cursor.execute("UPDATE settlement_payout SET state = 'SENT' WHERE id = %s", [payout.pk])
    let_go_payout(actor=watcher, payout_id=payout.pk, reason="sudah jelas")
    send_payout(actor=case.treasurer, payout_id=payout.pk)
    assert (
        refused(lambda: hold_payout(actor=watcher, payout_id=payout.pk, reason="BAST diragukan"))
        == "payout.gone"
    )
    assert LogEntry.objects.filter(act="payout.hold").count() == 2


# ── proofs and returns ───────────────────────────────────────────────────────────────────────────────────────────
def test_no_slip_before_the_transfer_has_left(case: Case) -> None:
    assert refused(lambda: slip(case)) == "evidence.not_due"


def test_a_returned_transfer_stays_and_a_new_one_takes_its_place(case: Case) -> None:
    first = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    second = return_payout(actor=case.treasurer, payout_id=first.pk, reason="rekening tutup")
    first.refresh_from_db()
    assert (first.state, first.reason, second.state, second.replaces_id) == (
        "RETURNED",
        "rekening tutup",
        "DRAFT",
        first.pk,
    )
    assert in_books(case) == (NET * 100, 0)
    assert Journal.objects.get(reverses__isnull=False).reverses == Journal.objects.get(kind="PAYOUT_SENT")
    again = lambda: return_payout(actor=case.treasurer, payout_id=first.pk, reason="lagi")  # noqa: E731
    assert refused(again) == "wrong_state"
    to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    slip(case)
    assert sorted(Payout.objects.values_list("state", flat=True)) == ["RETURNED", "SETTLED"]
    assert in_books(case) == (0, 0) and reckon().sound


def test_a_slip_of_the_returned_transfer_does_not_settle_the_new_one(case: Case) -> None:
    first = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    old = record_evidence(
        actor=case.treasurer,
        purchase_id=case.purchase.pk,
        kind=Evidence.Kind.BANK_TRANSFER,
        proof=Proof("TRF-LAMA", DEPOSITED, NET, SCAN),
    )
    return_payout(actor=case.treasurer, payout_id=first.pk, reason="salah rekening")
    to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    assert refused(lambda: verify_evidence(actor=case.verifier, evidence_id=old.pk)) == "evidence.not_due"


def test_what_arrived_is_returned_by_a_proof_alone(case: Case) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    proof = slip(case)
    back = lambda: return_payout(actor=case.treasurer, payout_id=payout.pk, reason="x")  # noqa: E731
    assert refused(back) == "payout.return_needs_proof"
    system = Actor.system("mutasi bank")
    new = return_payout(actor=system, payout_id=payout.pk, reason="retur kliring", proof=proof)
    assert new.state == "DRAFT" and in_books(case) == (NET * 100, 0)
    assert held(AccountKind.BANK, "") == 0 and reckon().sound


@pytest.mark.parametrize("name", ["cancel", "return"])
def test_the_page_of_a_move_that_is_not_open_says_why(case: Case, name: str) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    slip(case)
    treasurer, before = people.signed_in(case.appointments[Role.TREASURER]), everything()
    shown = treasurer.get(reverse(f"payout-{name}", args=[payout.pk]))
    assert shown.status_code == 409
    words = "sudah terbukti sampai" if name == "return" else "tidak dapat dilakukan saat status"
    assert words in shown.content.decode() and "<textarea" not in shown.content.decode()
    assert everything() == before


@pytest.mark.parametrize(
    ("name", "words"), [("hold", "tidak dapat ditahan"), ("let-go", "tidak sedang ditahan")]
)
def test_an_auditor_is_told_what_cannot_be_held_or_let_go(case: Case, name: str, words: str) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    watcher = people.signed_in(people.appointment(Role.AUDITOR, auditor_body(case)))
    shown = watcher.get(reverse(f"payout-{name}", args=[payout.pk]))
    assert shown.status_code == 409 and words in shown.content.decode()


@pytest.mark.parametrize("dated", [SUBMITTED - timedelta(days=1), date(2000, 1, 1)])
def test_no_paper_is_older_than_the_order_it_pays(case: Case, dated: date) -> None:
    to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    old = lambda: record_evidence(  # noqa: E731
        actor=case.treasurer,
        purchase_id=case.purchase.pk,
        kind=Evidence.Kind.BANK_TRANSFER,
        proof=Proof("TRF-0", dated, NET, SCAN),
    )
    assert refused(old) == "evidence.date"


def test_a_proof_of_another_sum_or_without_a_second_person_settles_nothing(case: Case) -> None:
    payout = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    kind = Evidence.Kind.BANK_TRANSFER
    unverified = record_evidence(
        actor=case.treasurer,
        purchase_id=case.purchase.pk,
        kind=kind,
        proof=Proof("T-1", DEPOSITED, NET, SCAN),
    )
    with pytest.raises(Refused, match="belum diverifikasi"), doing(actor=Actor.system("mutasi")) as deed:
        settle_in(deed, payout, case.purchase, unverified)
    assert only(case).state == "SENT"


# ── the database alone ───────────────────────────────────────────────────────────────────────────────────────────
def test_no_transfer_beyond_what_was_released(case: Case) -> None:
    payout = only(case)
    cancel_payout(actor=case.treasurer, payout_id=payout.pk, reason="uji")
    row: dict[str, Any] = {
        "obligation": payout.obligation,
        "region": payout.region,
        "reference": "TRF-curang",
        "bank_account": payout.bank_account,
        "created_at": clock.now(),
    }
    with pytest.raises(IntegrityError, match="against"):
        Payout.objects.create(**row, amount=NET + 1)
    to_the_bank_again = draw_up_payout(actor=case.treasurer, purchase_id=case.purchase.pk)
    with pytest.raises(IntegrityError, match="one_open"):
        Payout.objects.create(**row, amount=1)
    prepare_payout(actor=case.treasurer, payout_id=to_the_bank_again.pk)
    approve_payout(actor=case.verifier, payout_id=to_the_bank_again.pk)
    send_payout(actor=case.treasurer, payout_id=to_the_bank_again.pk)
    slip(case)
    with pytest.raises(IntegrityError, match="against"):
        Payout.objects.create(**row, amount=1)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE settlement_payout SET amount = amount - 1",
        "UPDATE settlement_payout SET reference = 'lain'",
        "UPDATE settlement_payout SET state = 'DRAFT' WHERE state = 'CANCELLED'",
        "UPDATE settlement_payout SET state = 'SETTLED' WHERE state = 'DRAFT'",
        "UPDATE settlement_payout SET state = 'LUNAS'",
        "DELETE FROM settlement_payout",
    ],
)
def test_attacks_by_sql_are_refused(case: Case, attack: str) -> None:
    cancel_payout(actor=case.treasurer, payout_id=only(case).pk, reason="uji")
    draw_up_payout(actor=case.treasurer, purchase_id=case.purchase.pk)
    before = everything()
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(attack)
    assert everything() == before


def test_there_is_nothing_to_draw_up_twice_or_for_an_unpaid_order(case: Case) -> None:
    draw = lambda: draw_up_payout(actor=case.treasurer, purchase_id=case.purchase.pk)  # noqa: E731
    assert refused(draw) == "payout.open"
    unpaid = accepted(at=case.purchase.organisation)
    approved(unpaid)
    other = lambda: draw_up_payout(actor=unpaid.treasurer, purchase_id=unpaid.purchase.pk)  # noqa: E731
    assert refused(other) == "payout.nothing_owed"

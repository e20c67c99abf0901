"""A broken product is seen: for every invariant of the books a named mutant, and the check that must catch it.

Each check holds for the product as it is. Each mutant breaks one thing, in the code for the time of a block or in the
database inside a transaction that is rolled back, and the check must then fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.settlement import money_workflow, workflow
from procurement.settlement.actions import (
    agree_resolution,
    booking,
    misfits,
    money_booking,
    notifications,
    paying,
    propose_resolution,
    replay_events,
    told_refunds,
)
from procurement.settlement.ledger import posting
from procurement.settlement.ledger.accounts import AccountName
from procurement.settlement.ledger.posting import Leg, Posted, post, reverse
from procurement.settlement.models import (
    Account,
    AccountKind,
    Balance,
    EventHandling,
    Journal,
    Posting,
    ProviderEvent,
    Refund,
    UnmatchedMoney,
)
from procurement.settlement.providers import stripe
from tests.properties.money_story import (
    GROSS,
    SWITCHED_ON,
    Plot,
    Scene,
    assert_true_books,
    end_of,
    in_order,
    told,
)

pytestmark = pytest.mark.django_db(transaction=True)
Mutant = Callable[[], AbstractContextManager[Any]]
_number = count(1)


# ── ways to break things ─────────────────────────────────────────────────────────────────────────────────────────
def instead(place: Any, name: str, other: Any) -> Mutant:
    """Something else under that name."""

    @contextmanager
    def broken() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(place, name, other)
            yield

    return broken


def in_database(*statements: str) -> Mutant:
    """The database without one of its guards, until the block ends."""

    @contextmanager
    def broken() -> Iterator[None]:
        with transaction.atomic():
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
            yield
            transaction.set_rollback(True)

    return broken


def keys_of_their_own(*given: Any, **named: Any) -> Posted:
    """Posts under a new key every time, as if the same news were new."""
    deed, kind, key, *rest = given
    return post(deed, kind, f"{key}:{next(_number)}", *rest, **named)


def from_everywhere(table: Any, name: str) -> Mutant:
    """A table of moves whose move starts from every state."""
    return other_move(table, name, sources=frozenset(state.code for state in table.states))


def other_move(table: Any, name: str, **changes: Any) -> Mutant:
    """A table of moves with one move changed."""
    move = table.move(name)

    @contextmanager
    def broken() -> Iterator[None]:
        table._move[name] = replace(move, **changes)
        try:
            yield
        finally:
            table._move[name] = move

    return broken


def always(answer: Any) -> Callable[..., Any]:
    """A function that answers the same to everything."""
    return lambda *_given, **_named: answer


def drop(trigger: str, *tables: str) -> Mutant:
    """Without one trigger."""
    return in_database(*(f"DROP TRIGGER {trigger} ON {table}" for table in tables))


def drop_check(name: str, table: str) -> Mutant:
    """Without one constraint."""
    return in_database(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def late_to_escrow(deed: Any, attempt: Any, number: str, received: int, event: Any) -> Posted:
    """Books late money as if it had come in time."""
    return booking.captured(deed, attempt, number, received, event, owed=received)


# ── checks ───────────────────────────────────────────────────────────────────────────────────────────────────────
def told_twice() -> None:
    """n copies of an event have the effect of one."""
    plot = Plot(outside=40_000, dispute="lost", disputed=500_000)
    twice = [(kind, copy) for kind in plot.kinds for copy in (0, 0, 1)]
    seen = told(plot, twice)
    assert_true_books(seen)
    assert end_of(seen) == end_of(in_order(plot))


def told_backwards() -> None:
    """The last word first ends in the same books."""
    plot = Plot(outside=40_000, dispute="lost", disputed=500_000)
    seen = told(plot, [(kind, 0) for kind in reversed(plot.kinds)])
    assert end_of(seen) == end_of(in_order(plot))


def failed_then_captured() -> None:
    """The provider's later word wins whenever it comes."""
    plot = Plot()
    seen = told(plot, [("captured", 0), ("failed", 0), ("processing", 0), ("captured", 1)])
    assert (
        end_of(seen)["attempt"]
        == "CAPTURED"
        == end_of(told(plot, [("failed", 0), ("captured", 0)]))["attempt"]
    )


def late_never_in_escrow() -> None:
    """An expired attempt never adds to escrow."""
    assert_true_books(told(Plot(expired=True), [("captured", 0)]))


def too_much_is_never_kept() -> None:
    """What is too much lies in suspense and is asked back."""
    seen = in_order(Plot(received=GROSS + 50_000))
    assert_true_books(seen)
    assert end_of(seen)["refunds"] == [("ACCEPTED", "SUSPENSE_OVER", 50_000, False)]
    assert end_of(seen)["balances"]["REFUND_PAYABLE"] == -50_000


def given_back_once() -> None:
    """A refund that failed after it was done leaves the money with us, once."""
    plot = Plot(received=GROSS + 50_000, ending=("succeeded", "failed"))
    straight, backwards = (
        in_order(plot),
        told(plot, [(kind, 0) for kind in plot.kinds], (), lambda said: said[::-1]),
    )
    assert end_of(straight) == end_of(backwards)
    assert end_of(straight)["balances"]["SUSPENSE_OVER"] == -50_000
    assert_true_books(straight)


def forgeries_change_nothing() -> None:
    """Unsigned, stale and future notices change only the event store."""
    with SWITCHED_ON:
        scene = Scene(Plot())
        before = end_of(scene)
        scene.forge("captured")
        run_stored()
        assert end_of(scene) == before, "a forged notice moved money"


def run_stored() -> None:
    """Act on everything that was stored."""
    for pk in list(scene_events()):
        notifications.process_event(pk)


def scene_events() -> Any:
    """The keys of all stored events."""
    return ProviderEvent.objects.order_by("pk").values_list("pk", flat=True)


def nothing_released_while_disputed() -> None:
    """An order whose money is disputed is not paid, though all of it is there."""
    scene = half_paid_and_disputed()
    with SWITCHED_ON:
        try:
            paid = paying.pay_what_is_held(scene.attempt.obligation_id)
        except DatabaseError as refusal:
            raise AssertionError("the code did not see the dispute, the database did") from refusal
    assert not paid and scene.case.fresh().state == "PAYMENT_APPROVED"


def half_paid_and_disputed() -> Scene:
    """An order whose money came in two parts, the first of them disputed."""
    plot = Plot(received=GROSS - 80_000_000, disputed=GROSS - 80_000_000)
    seen = told(plot, [("captured", 0), ("disputed", 0)])
    with doing(actor=paying.CASHIER) as deed:
        event = ProviderEvent.objects.latest("pk")
        region, number = seen.case.purchase.region_id, seen.case.purchase.number
        legs = [
            Leg(AccountName(AccountKind.PROVIDER_CLEARING, region), 80_000_000),
            Leg(AccountName(AccountKind.ESCROW, region, number), -80_000_000),
        ]
        key = f"rest:{number}"
        post(deed, Posting.CAPTURE, key, legs, region_id=region, purchase=number, provider_event=event)
    return seen


def two_persons() -> None:
    """Who proposes does not agree, and the code says so before the database must."""
    scene = in_order(Plot(expired=True))
    money = UnmatchedMoney.objects.get(attempt=scene.attempt)
    treasurer = scene.case.treasurer
    propose_resolution(
        actor=treasurer, money_id=money.pk, resolution="REFUND", reason="Diminta kembali instansi"
    )
    with pytest.raises(Refused) as refusal:
        agree_resolution(actor=treasurer, money_id=money.pk)
    assert refusal.value.code == "money.same_person"


def requested() -> tuple[Refund, Actor]:
    """Late money asked back by a treasurer."""
    scene = in_order(Plot(expired=True))
    money = UnmatchedMoney.objects.get(attempt=scene.attempt)
    treasurer = scene.case.treasurer
    propose_resolution(
        actor=treasurer, money_id=money.pk, resolution="REFUND", reason="Diminta kembali instansi"
    )
    return Refund.objects.get(unmatched=money), treasurer


def reversed_once() -> None:
    """A journal is reversed at most once: the second call answers with the first reversal."""
    scene = in_order(Plot(received=GROSS - 700_000))
    fee = a_journal(scene)
    for _time in range(2):
        with doing(actor=paying.CASHIER) as deed:
            reverse(deed, fee, memo="uji")
    assert Journal.objects.filter(reverses=fee).count() == 1


def a_journal(scene: Scene) -> Journal:
    """The capture of an order."""
    return Journal.objects.get(idem_key=f"capture:{scene.attempt.reference}")


def replay_changes_nothing_that_is_done() -> None:
    """An operator's replay of something done is not even written down."""
    scene = in_order(Plot())
    from_log = EventHandling.objects.filter(result="DONE").values_list("event_id", flat=True)
    region_id = scene.case.purchase.region_id
    operator = Actor(scene.case.treasurer.user_id, "Operator", Role.OPERATOR, region_id=region_id)
    assert replay_events(actor=operator, event_ids=list(from_log)) == 0


def insert_journal(kind: str, region_id: int, number: str, *, reverses: int | None = None) -> str:
    """SQL that writes a journal without its legs."""
    return (
        "INSERT INTO settlement_journal (idem_key, kind, instrument, region_id, purchase_number, fingerprint, memo,"
        f" posted_at, reverses_id) VALUES ('sql:{next(_number)}', '{kind}', 'BOOK', {region_id}, '{number}', '', '',"
        f" now(), {reverses or 'NULL'})"
    )


def one_leg() -> str:
    """A journal of one leg."""
    scene = in_order(Plot())
    leg = a_journal(scene).entries.latest("pk").account_id
    return f"{insert_journal('FEE', scene.case.purchase.region_id, '')}; {insert_entry(leg, -1)}; {AT_COMMIT}"


def escrow_without_proof() -> str:
    """Money that comes into escrow without naming its proof."""
    scene = in_order(Plot(received=GROSS - 700_000))
    legs = a_journal(scene).entries.values_list("account_id", "account__kind")
    entries = "; ".join(insert_entry(pk, -1 if kind == "ESCROW" else 1) for pk, kind in legs)
    journal = insert_journal("CAPTURE", scene.case.purchase.region_id, scene.case.purchase.number)
    return f"{journal}; {entries}; {AT_COMMIT}"


def a_changed_journal() -> str:
    """Another word for what was written."""
    scene = in_order(Plot())
    return f"UPDATE settlement_journal SET memo = 'lain' WHERE id = {a_journal(scene).pk}"


def a_late_entry() -> str:
    """A leg added to a journal of yesterday."""
    leg = a_journal(in_order(Plot())).entries.latest("pk")
    into = "INSERT INTO settlement_entry (journal_id, account_id, amount) VALUES"
    other = Account.objects.filter(region_id=leg.account.region_id, kind="FEE_EXPENSE").latest("pk")
    return f"{into} ({leg.journal_id}, {other.pk}, 1)"


def an_overdraft() -> str:
    """More than an order holds leaves its escrow."""
    scene = in_order(Plot())
    number, region_id = scene.case.purchase.number, scene.case.purchase.region_id
    escrow = Balance.objects.get(account__kind="ESCROW", account__purchase_number=number)
    clearing = Balance.objects.get(account__kind="PROVIDER_CLEARING", account__region_id=region_id)
    entries = f"{insert_entry(escrow.pk, 1)}; {insert_entry(clearing.pk, -1)}"
    return f"{insert_journal('REFUND', region_id, '')}; {entries}"


def a_second_reversal() -> str:
    """A journal that was reversed is reversed again."""
    scene = in_order(Plot(received=GROSS - 700_000))
    capture = a_journal(scene)
    with doing(actor=paying.CASHIER) as deed:
        reverse(deed, capture, memo="uji")
    return insert_journal("REVERSAL", capture.region_id, "", reverses=capture.pk)


def a_balance_by_hand() -> str:
    """Somebody sets a balance."""
    leg = a_journal(in_order(Plot())).entries.get(account__kind="PROVIDER_CLEARING")
    return f"UPDATE settlement_balance SET amount = amount + 1 WHERE account_id = {leg.account_id}"


def a_release_while_disputed() -> str:
    """The release of an order whose money is disputed."""
    scene = half_paid_and_disputed()
    return insert_journal("RELEASE", scene.case.purchase.region_id, scene.case.purchase.number)


def approved_by_who_asked() -> str:
    """A refund approved by who asked for it."""
    refund, _treasurer = requested()
    return (
        "UPDATE settlement_refund SET approved_by_id = requested_by_id, approved_at = now()"
        f" WHERE id = {refund.pk}"
    )


def the_same_money_twice() -> str:
    """A second refund of money that is being given back already."""
    refund, _treasurer = requested()
    return (
        "INSERT INTO settlement_refund (state, revision, created_at, region_id, reference, provider, payment_ref,"
        " provider_ref, attempt_id, unmatched_id, purchase_number, source, amount, reason, outside)"
        " SELECT 'REQUESTED', 0, now(), region_id, reference || '-2', provider, payment_ref, '', attempt_id,"
        " unmatched_id, purchase_number, source, amount, reason, false FROM settlement_refund"
        f" WHERE id = {refund.pk}"
    )


AT_COMMIT = "SET CONSTRAINTS ALL IMMEDIATE"


def insert_entry(account_id: int, sen: int) -> str:
    """SQL that adds a leg to the journal written last."""
    journal = "currval(pg_get_serial_sequence('settlement_journal', 'id'))"
    return f"INSERT INTO settlement_entry (journal_id, account_id, amount) VALUES ({journal}, {account_id}, {sen})"


def refused_by_database(statement: str) -> None:
    """Run it as a superuser would, and take it back; AssertionError when PostgreSQL let it pass."""
    passed = False
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                for each in statement.split(";"):
                    if each.strip():
                        cursor.execute(each)
            passed = True
            transaction.set_rollback(True)
    except DatabaseError:
        assert not passed
    assert not passed, f"the database let it pass: {statement[:80]}"


DROP_UNIQUE_REVERSAL = """
DO $$ DECLARE found text; BEGIN
    SELECT conname INTO STRICT found FROM pg_constraint WHERE conrelid = 'settlement_journal'::regclass
       AND contype = 'u' AND pg_get_constraintdef(oid) LIKE '%(reverses_id)%';
    EXECUTE 'ALTER TABLE settlement_journal DROP CONSTRAINT ' || quote_ident(found);
END $$
"""

IN_CODE: dict[str, tuple[Mutant, Callable[[], None]]] = {
    "dispute-booked-under-a-new-key-each-time": (
        instead(money_booking, "post", keys_of_their_own),
        told_twice,
    ),
    "refund-told-again-taken-for-another": (instead(told_refunds, "_ours", always(None)), told_twice),
    "early-word-forgotten": (instead(told_refunds, "waiting_about", always([])), told_backwards),
    "failure-undoes-capture": (from_everywhere(workflow.ATTEMPT, "fail"), failed_then_captured),
    "late-money-to-escrow": (instead(booking, "captured_late", late_to_escrow), late_never_in_escrow),
    "expired-may-be-captured": (from_everywhere(workflow.ATTEMPT, "capture"), late_never_in_escrow),
    "all-that-comes-is-owed": (instead(misfits, "still_owed", always(GROSS * 2)), too_much_is_never_kept),
    "too-much-not-asked-back": (instead(misfits, "request", always(None)), too_much_is_never_kept),
    "failed-refund-not-reversed": (instead(told_refunds, "reverse", always(None)), given_back_once),
    "done-wins-over-failed": (from_everywhere(money_workflow.REFUND, "finish"), given_back_once),
    "any-signature": (instead(stripe, "_signed", always(True)), forgeries_change_nothing),
    "no-notice-too-old-or-too-new": (
        instead(stripe, "TOLERANCE", timedelta(days=1)),
        forgeries_change_nothing,
    ),
    "disputes-do-not-hold-back": (
        instead(paying, "_all_there", always(True)),
        nothing_released_while_disputed,
    ),
    "who-proposes-agrees": (other_move(money_workflow.UNMATCHED, "agree", guards=()), two_persons),
    "done-may-be-replayed": (
        instead(EventHandling, "may_be_replayed", True),
        replay_changes_nothing_that_is_done,
    ),
    "reversal-under-a-new-key": (instead(posting, "post", keys_of_their_own), reversed_once),
}

IN_DATABASE: dict[str, tuple[Mutant, Callable[[], str]]] = {
    "journals-need-not-balance": (
        drop("journal_stands", "settlement_journal", "settlement_entry"),
        one_leg,
    ),
    "escrow-needs-no-proof": (
        drop("journal_stands", "settlement_journal", "settlement_entry"),
        escrow_without_proof,
    ),
    "books-may-be-changed": (drop("append_only_row", "settlement_journal"), a_changed_journal),
    "entries-join-old-journals": (drop("entry_insert", "settlement_entry"), a_late_entry),
    "floors-are-gone": (drop_check("settlement_balance_floor", "settlement_balance"), an_overdraft),
    "reversals-are-many": (in_database(DROP_UNIQUE_REVERSAL), a_second_reversal),
    "balances-may-be-set": (drop("balance_guard", "settlement_balance"), a_balance_by_hand),
    "disputed-money-is-released": (
        drop("not_while_disputed", "settlement_journal"),
        a_release_while_disputed,
    ),
    "one-person-refunds": (
        drop_check("settlement_refund_two_persons", "settlement_refund"),
        approved_by_who_asked,
    ),
    "refunds-without-limit": (drop("refund_guard", "settlement_refund"), the_same_money_twice),
}

CHECKS = list(dict.fromkeys(check for _mutant, check in IN_CODE.values()))
PREPARED = list(dict.fromkeys(prepare for _mutant, prepare in IN_DATABASE.values()))
SEEN = (AssertionError, Refused, DatabaseError, ObjectDoesNotExist, pytest.fail.Exception)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_product_as_it_is_holds(check: Callable[[], None]) -> None:
    check()


@pytest.mark.parametrize("prepare", PREPARED, ids=lambda prepare: prepare.__name__)
def test_the_database_as_it_is_holds(prepare: Callable[[], str]) -> None:
    refused_by_database(prepare())


@pytest.mark.parametrize("name", sorted(IN_CODE))
def test_a_broken_product_is_seen(name: str) -> None:
    mutant, check = IN_CODE[name]
    with mutant(), pytest.raises(SEEN):
        check()


@pytest.mark.parametrize("name", sorted(IN_DATABASE))
def test_a_broken_database_is_seen(name: str) -> None:
    mutant, prepare = IN_DATABASE[name]
    statement = prepare()
    with mutant(), pytest.raises(AssertionError, match="let it pass"):
        refused_by_database(statement)

"""The story of an order holds everything about it; entries are acknowledged, transfers held and the hold watched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.deadlines.models import Reminder
from marketplace.deadlines.planning import sweep
from marketplace.workflow.door import doing
from procurement.oversight.actions.watching import acknowledge, acknowledge_story, watch_holds
from procurement.oversight.models import Acknowledgement, HoldWatch
from procurement.oversight.queries.stories import story_of_order
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import booking, hold_payout, let_go_payout
from procurement.settlement.actions.drawing_up import draw_up
from procurement.settlement.actions.paying import CASHIER
from procurement.settlement.models import Payout
from tests import people
from tests.oversight.audits import WHY, Audit
from tests.settlement.orders import Case, accepted
from tests.settlement.test_billing import approved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def audit() -> Audit:
    return Audit.of()


def with_transfer(audit: Audit) -> tuple[Case, Payout]:
    """An order whose money is owed to the vendor, with a transfer drawn up."""
    case = accepted(at=audit.unit)
    obligation = approved(case)
    with doing(actor=CASHIER) as deed:
        booking.recognised(deed, obligation, case.purchase.number)
        payout = draw_up(deed, obligation, case.purchase.number, to=obligation.invoice.bank_account)
    return case, payout


def test_the_story_holds_the_entries_of_papers_and_payments_in_their_order(audit: Audit) -> None:
    case, payout = with_transfer(audit)
    story = story_of_order(audit["LEADER"], case.purchase.number)
    kinds = [step.line.entry.aggregate_type for step in story.steps]
    assert {"purchase", "paper", "payout"} <= set(kinds)
    ids = [step.line.entry.pk for step in story.steps]
    assert ids == sorted(ids) and len(set(ids)) == len(ids)
    assert [each.pk for each in story.payouts] == [payout.pk] and story.papers
    other = accepted(at=audit.unit)
    about = {(step.line.entry.aggregate_type, step.line.entry.aggregate_id) for step in story.steps}
    assert ("purchase", str(case.purchase.pk)) in about and ("purchase", str(other.purchase.pk)) not in about


def test_an_entry_is_acknowledged_once_by_each_and_never_by_who_acted(audit: Audit) -> None:
    case, _payout = with_transfer(audit)
    entry = Entry.objects.filter(aggregate_type="purchase").earliest("pk")
    made = acknowledge(actor=audit["LEADER"], entry_id=entry.pk, remark="Cocok dengan faktur.")
    with pytest.raises(Refused, match="sudah Anda tandai"):
        acknowledge(actor=audit["LEADER"], entry_id=entry.pk)
    acknowledge(actor=audit["SECOND"], entry_id=entry.pk)
    own = Entry.objects.get(aggregate_id=str(made.pk), act="entry.acknowledge")
    with pytest.raises(Refused, match="perbuatan Anda sendiri"):
        acknowledge(actor=audit["LEADER"], entry_id=own.pk)
    told = Entry.objects.filter(act="entry.acknowledge")
    assert told.count() == 2 and "faktur" not in str([bytes(each.payload) for each in told])
    rest = acknowledge_story(actor=audit["LEADER"], number=case.purchase.number)
    assert rest == len(story_of_order(audit["LEADER"], case.purchase.number).steps) - 1
    assert not story_of_order(audit["LEADER"], case.purchase.number).unseen
    assert acknowledge_story(actor=audit["LEADER"], number=case.purchase.number) == 0
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE oversight_acknowledgement SET remark = 'lain'")
    far = people.actor(
        Role.AUDITOR, people.organisation("AUDITOR_BODY", in_region=people.region("D001", "Lain"))
    )
    with pytest.raises(Entry.DoesNotExist):
        acknowledge(actor=far, entry_id=entry.pk)


@pytest.mark.race
def test_a_story_marked_twice_at_once_is_marked_once(audit: Audit) -> None:
    case, _payout = with_transfer(audit)
    actor, steps = audit["LEADER"], story_of_order(audit["LEADER"], case.purchase.number).steps
    together = Barrier(4)

    def mark(_turn: int) -> int:
        try:
            together.wait()
            return acknowledge_story(actor=actor, number=case.purchase.number)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        marked = sorted(pool.map(mark, range(4)))
    assert marked == [0, 0, 0, len(steps)]
    assert Entry.objects.filter(act="entry.acknowledge").count() == len(steps)


def test_a_story_one_worked_on_is_not_ones_own_to_acknowledge(audit: Audit) -> None:
    case, _payout = with_transfer(audit)
    Purchase.objects.filter(pk=case.purchase.pk).update(approver_user=audit["LEADER"].user_id)
    before = Acknowledgement.objects.count()
    with pytest.raises(Refused, match="Anda sendiri pernah bertindak"):
        acknowledge_story(actor=audit["LEADER"], number=case.purchase.number)
    assert Acknowledgement.objects.count() == before


def test_a_hold_has_a_deadline_reminds_and_ends_with_the_letting_go(audit: Audit) -> None:
    case, payout = with_transfer(audit)
    hold_payout(actor=audit["LEADER"], payout_id=payout.pk, reason=WHY)
    assert watch_holds() == 1 and watch_holds() == 0
    watch = HoldWatch.objects.get()
    assert watch.body_id == audit.body.pk and watch.number == case.purchase.number
    assert watch.due_at is not None and watch.due_at > clock.now() + timedelta(days=4)
    sweep()
    assert Reminder.objects.filter(aggregate_type="payout_hold", aggregate_id=str(watch.pk)).count() == 5
    desk = people.signed_in(audit.appointed("SECOND")).get("/meja/").content.decode()
    assert "Penahanan transfer" in desk and f"/bayar/transfer/{payout.pk}/lepas/" in desk
    let_go_payout(actor=audit["LEADER"], payout_id=payout.pk, reason=WHY)
    assert watch_holds() == 1
    watch.refresh_from_db()
    assert watch.state == "ENDED" and watch.due_at is None
    hold_payout(actor=audit["LEADER"], payout_id=payout.pk, reason=WHY)
    assert watch_holds() == 1 and HoldWatch.objects.filter(state="OPEN").count() == 1


def test_the_page_of_a_story(audit: Audit, assert_flat_in_rows: Any, assert_max_queries: Any) -> None:
    case, payout = with_transfer(audit)
    client = people.signed_in(audit.appointed("LEADER"))
    address = f"/pemeriksaan/pesanan/{case.purchase.number}/"
    page = client.get(address).content.decode()
    entry = Entry.objects.filter(aggregate_type="payout").latest("pk")
    log = f"/audit/cerita/purchase/{case.purchase.pk}/"
    assert (
        f"<title>Cerita lengkap {case.purchase.number}" in page and log in page and "Unduh bukti log" in page
    )
    narrow = client.get(log).content.decode()
    assert f"<title>Catatan log {case.purchase.number}" in narrow and address in narrow
    assert "Unduh bukti log" in narrow
    for link in (f"/bayar/transfer/{payout.pk}/tahan/", f"/audit/bukti/{entry.pk}/", "/dokumen/"):
        assert link in page
    where = f"/pemeriksaan/catatan/{entry.pk}/?kembali={address}"
    assert client.get(where).status_code == 200
    answer = client.post(where, {"remark": "Sudah dicocokkan."})
    assert answer.status_code == 302 and answer.headers["Location"] == address
    assert "Sudah dicocokkan." in client.get(address).content.decode()
    hostile = client.post(
        f"/pemeriksaan/catatan/{entry.pk - 1}/?kembali=https://jahat.example/", {"remark": ""}
    )
    assert "jahat" not in hostile.headers.get("Location", "")
    known = Acknowledgement.objects.count()
    asked = client.get(f"{address}dibaca/").content.decode()
    left = len(story_of_order(audit["LEADER"], case.purchase.number).unseen)
    assert f"Tandai {left} catatan</button>" in asked and Acknowledgement.objects.count() == known
    assert client.post(f"{address}dibaca/", {"remark": "Lengkap dan urut."}).status_code == 302
    assert Acknowledgement.objects.filter(remark="Lengkap dan urut.").count() == left > 2

    def more() -> None:
        hold_payout(actor=audit["LEADER"], payout_id=payout.pk, reason=WHY)
        let_go_payout(actor=audit["LEADER"], payout_id=payout.pk, reason=WHY)

    assert_flat_in_rows(lambda: client.get(address), more)
    with assert_max_queries(12):
        client.get(address)

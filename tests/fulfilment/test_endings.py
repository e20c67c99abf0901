"""Warning letters, grounds, the worth of work done, stock that comes back, and the vendor's word on a discrepancy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.fulfilment.actions import Count
from procurement.fulfilment.counting import Arrival, lateness
from procurement.fulfilment.models import VendorComment
from tests.fulfilment.parts import money, on, part, two_milestones, two_places
from tests.purchasing import factories
from tests.purchasing.http import send, session, snapshot

pytestmark = pytest.mark.django_db


def test_no_termination_without_a_warning():
    story = factories.story("ORDERED")
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        story.take("terminate")
    assert refused.value.code == "not_warned"
    assert snapshot(story) == before
    story.take("warn", reason="Barang belum dikirim sampai hari ini")
    assert story.purchase.state == "ORDERED"
    story.take("terminate", ground="not_delivered")
    facts = Paper.objects.get(kind="ba_pembatalan").facts
    assert len(facts["warnings"]) == 1
    assert "Barang belum dikirim" in facts["warnings"][0]
    assert facts["ground"].startswith("Tidak menyerahkan sampai batas waktu")
    assert "Tidak memenuhi Surat Pesanan" in facts["blacklist"]
    entry = Entry.objects.get(act="purchase.terminate")
    assert entry.facts["sanction_proposed"] == "order_unfulfilled"


def test_undelivered_goods_are_on_the_shelf_again():
    story = factories.story("ORDERED")
    record = story.purchase.lines.get().stockrecord
    assert record.num_in_stock == 480
    story.take("stop")
    record.refresh_from_db()
    assert record.num_in_stock == 500


def test_work_judged_done_is_owed_and_the_rest_is_free():
    story = two_milestones()
    on(story, 1, "ship", report="Persiapan selesai seluruhnya")
    first = on(story, 1, "receive", "inspect", "sign_bast", "accept")
    second = story.purchase.lines.get(milestone="Tahap 2: pelaksanaan")
    story.take("stop", ground="force_majeure", valued={second.pk: 50})
    order = story.fresh()
    assert order.state == "ACCEPTED"
    assert order.accepted_price == 4_000_000 + 3_000_000
    assert order.accepted_total == 7_770_000  # 11 % on top
    assert money(story) == (0, 0, 7_770_000)
    facts = Paper.objects.get(kind="ba_pembatalan").facts
    assert facts["value_to_pay"] == 7_770_000 - (first.accepted_total or 0)
    assert part(story, 2).stage == "DROPPED"
    assert send(story, Role.VENDOR, "invoice").status_code in {302, 409}


def test_work_of_an_order_without_any_bast_is_owed_by_the_berita_acara():
    story = two_milestones()
    first = story.purchase.lines.get(milestone="Tahap 1: persiapan")
    story.take("stop", valued={first.pk: 100})
    assert story.purchase.state == "ACCEPTED"
    assert story.purchase.accepted_total == 4_440_000
    assert story.purchase.bast_number == Paper.objects.get(kind="ba_pembatalan").number
    assert money(story) == (0, 0, 4_440_000)


@pytest.mark.parametrize(("percent", "code"), [(101, "valued_percent"), (-1, "valued_percent")])
def test_no_more_than_all_of_the_work_is_valued(percent, code):
    story = two_milestones()
    line = story.purchase.lines.all()[0]
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        story.take("stop", valued={line.pk: percent})
    assert refused.value.code == code
    assert snapshot(story) == before


def test_goods_are_paid_by_what_arrived_alone():
    story = factories.story("ORDERED")
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        story.take("stop", valued={story.purchase.lines.get().pk: 50})
    assert refused.value.code == "valued_goods"
    assert snapshot(story) == before


def test_a_dropped_delivery_is_not_billed():
    """What was accepted is billed to the rupiah although another delivery, with its shipping, fell away."""
    story = two_places()
    first = on(story, 1, "ship", "receive", "inspect", "sign_bast", "accept")
    story.take("stop")
    assert story.purchase.state == "ACCEPTED"
    assert story.purchase.accepted_total == first.accepted_total
    assert money(story) == (0, 0, first.accepted_total)


def test_the_vendor_has_one_word_before_the_ppk_decides():
    story = factories.story("SHIPPED")
    on(story, 1, "receive", counts={story.purchase.lines.get().pk: Count(15, 2)})
    due = on(story, 1, "report_discrepancy").due_at
    with clock.frozen(clock.now() + timedelta(hours=30)):
        assert on(story, 1, "comment", reason="Kemasan rusak karena hujan di perjalanan").due_at == due
    assert part(story, 1).stage == "DISCREPANCY"
    before = snapshot(story)
    assert send(story, Role.VENDOR, "comment").status_code == 409
    assert snapshot(story) == before
    assert VendorComment.objects.get().words.startswith("Kemasan rusak")
    assert (
        "Kemasan rusak" in session(story, Role.PPK).get(f"/pesanan/{story.purchase.number}/").content.decode()
    )
    on(story, 1, "replace")
    facts = Paper.objects.get(kind="ba_pemeriksaan").facts
    assert (facts["conforms"], facts["decision"]) == (False, "Minta pengganti")
    assert facts["lines"][0]["good"] == 15


def test_a_plain_inspection_leaves_its_paper():
    factories.story("INSPECTED")
    assert Paper.objects.get(kind="ba_pemeriksaan").facts["conforms"] is True


def test_the_fine_has_its_cap():
    day = clock.today()
    came = [Arrival(1, 10, 100_000, day + timedelta(days=90))]
    assert lateness(came, needed_by=day, per_mille_a_day=1).penalty == 90_000
    assert lateness(came, needed_by=day, per_mille_a_day=1, at_most=50_000).penalty == 50_000

"""The way of an order from basket to BAST: states, money, stock, papers and log at every step."""

from __future__ import annotations

import pytest

from marketplace.audit.models import Entry
from procurement.documents.models import Paper
from tests.purchasing import factories

pytestmark = pytest.mark.django_db


def money(story) -> tuple[int, ...]:
    line = story.office.line
    line.refresh_from_db()
    return line.available, line.reserved, line.committed, line.payable


def test_from_basket_to_bast():
    story = factories.story()
    purchase, pagu = story.purchase, story.office.line.pagu
    record = purchase.lines.get().stockrecord
    total = purchase.total
    assert (purchase.price_total, purchase.ppn, total) == (1_040_000, 114_400, 1_154_400)
    assert money(story) == (pagu - total, total, 0, 0)
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (500, 20)

    story.take("approve")
    assert money(story) == (pagu - total, total, 0, 0)
    story.take("confirm")
    assert money(story) == (pagu - total, 0, total, 0)
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (480, 0)
    for name in ("ship", "receive", "inspect", "sign_bast"):
        story.take(name)
    assert story.purchase.state == "INSPECTED"
    story.take("accept")
    assert story.purchase.state == "ACCEPTED"
    assert money(story) == (pagu - total, 0, 0, total)

    acts = list(
        Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(purchase.pk))
        .order_by("event_no")
        .values_list("act", flat=True)
    )
    assert acts == [
        "purchase.submit",
        "purchase.approve",
        "purchase.confirm",
        "purchase.ship",
        "purchase.receive",
        "purchase.inspect",
        "purchase.sign_bast",
        "purchase.accept",
    ]
    papers = Paper.objects.filter(subject_type="purchase", subject_id=str(purchase.pk)).order_by("pk")
    assert [paper.kind for paper in papers] == [
        "surat_pesanan",
        "surat_jalan",
        "tanda_terima",
        "ba_pemeriksaan",
        "bast",
    ]
    assert story.purchase.sp_number == papers[0].number
    assert story.purchase.bast_number == papers[4].number


@pytest.mark.parametrize("state", factories.PATHS)
def test_every_state_can_be_reached(state):
    assert factories.make_purchase(state).state == state

"""Several deliveries of one order stand at stages of their own; every rupiah is owed once."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.purchasing.queries import holder_of, waiting_for
from tests.fulfilment.parts import money, on, part, two_milestones, two_places
from tests.purchasing import factories
from tests.purchasing.http import path, session, snapshot

pytestmark = pytest.mark.django_db


def test_two_deliveries_go_their_own_ways_and_the_money_follows_each():
    story = two_places()
    total = story.purchase.total
    on(story, 1, "ship", "receive", "inspect")
    assert (part(story, 1).stage, part(story, 2).stage) == ("INSPECTED", "AWAITED")
    assert story.purchase.state == "ORDERED"
    assert money(story) == (0, total, 0)

    first = on(story, 1, "sign_bast", "accept")
    assert first.accepted_price == 12 * 52_000
    assert first.accepted_total is not None
    assert money(story) == (0, total - first.accepted_total, first.accepted_total)
    assert story.purchase.state == "ORDERED"

    second = on(story, 2, "ship", "receive", "inspect", "sign_bast", "accept")
    assert story.purchase.state == "ACCEPTED"
    assert second.accepted_total is not None
    assert first.accepted_total + second.accepted_total == total
    assert money(story) == (0, 0, total)
    parts = [paper.facts["part"] for paper in Paper.objects.filter(kind="bast").order_by("pk")]
    assert parts == ["ke-1 dari 2", "ke-2 dari 2"]
    finals = [paper.facts["final"] for paper in Paper.objects.filter(kind="bast").order_by("pk")]
    assert finals == [False, True]


def test_the_page_and_the_desk_name_the_delivery_concerned():
    story = two_places()
    on(story, 1, "ship", "receive")
    on(story, 2, "ship")
    holder = holder_of(story.purchase)
    assert holder == "Pengiriman 1: Pejabat Pembuat Komitmen (PPK); Pengiriman 2: Penerima Barang"
    (item,) = waiting_for(story.office.actor(Role.PPK))
    assert item.title.endswith("Pengiriman 1")
    assert item.due_at == part(story, 1).due_at
    assert item.url.endswith("#kiriman-1")

    page = session(story, Role.PPK).get(path(story)).content.decode()
    assert f'href="{path(story, "inspect")}?kiriman=1"' in page
    assert f"{path(story, 'inspect')}?kiriman=2" not in page
    receiver = session(story, Role.RECEIVER).get(path(story)).content.decode()
    assert f"{path(story, 'receive')}?kiriman=2" in receiver
    assert f"{path(story, 'receive')}?kiriman=1" not in receiver


def test_every_button_of_a_card_leads_to_a_page_that_opens():
    story = two_places()
    on(story, 1, "ship", "receive")
    for role in (*story.office.officers, Role.VENDOR):
        client = session(story, role)
        text = client.get(path(story)).content.decode()
        for name in ("ship", "receive", "inspect", "report_discrepancy", "sign_bast", "accept"):
            for position in (1, 2):
                address = f"{path(story, name)}?kiriman={position}"
                assert (client.get(address).status_code == 200) == (f'href="{address}"' in text), address


def test_a_step_without_its_delivery_or_on_a_foreign_one_changes_nothing():
    story, other = two_places(), two_places()
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        story.take("ship")
    assert refused.value.code == "which_delivery"
    with pytest.raises(Refused) as refused:
        story.take("ship", delivery_id=part(other, 1).pk)
    assert refused.value.code == "no_delivery"
    assert session(story, Role.VENDOR).get(f"{path(story, 'ship')}?kiriman=9").status_code == 404
    assert snapshot(story) == before


def test_a_double_click_does_not_reach_the_other_delivery():
    story = two_places()
    client = session(story, Role.VENDOR)
    form = {"revision": story.purchase.revision, "delivery_id": part(story, 1).pk, "courier": "Sendiri"}
    address = f"{path(story, 'ship')}?kiriman=1"
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 409
    assert client.post(address, {**form, "revision": story.fresh().revision}).status_code == 409
    assert (part(story, 1).stage, part(story, 2).stage) == ("SHIPPED", "AWAITED")


def test_milestones_are_reported_not_shipped():
    story = two_milestones()
    client = session(story, Role.VENDOR)
    page = client.get(path(story)).content.decode()
    assert page.count("Laporkan pekerjaan selesai") == 2
    form = client.get(f"{path(story, 'ship')}?kiriman=1").content.decode()
    assert "Laporan pekerjaan" in form
    assert "Kurir" not in form

    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        on(story, 1, "ship")
    assert refused.value.code == "reason_needed"
    assert snapshot(story) == before

    on(story, 1, "ship", report="Seluruh lantai dibersihkan tanggal 25 November")
    assert not Paper.objects.filter(kind="surat_jalan").exists()
    assert "Catat hasil pekerjaan" in session(story, Role.RECEIVER).get(path(story)).content.decode()
    first = on(story, 1, "receive", "inspect", "sign_bast", "accept")
    assert first.accepted_price == 4_000_000
    assert Paper.objects.get(kind="bast").facts["milestone"] == "Tahap 1: persiapan"
    assert story.purchase.state == "ORDERED"


def test_the_list_names_each_delivery_without_further_queries(assert_flat_in_rows):
    story = two_places()
    client = session(story, Role.PPK)

    def more():
        for _each in range(3):
            factories.story("SHIPPED", at=story.office, wanted=[(factories.paper(), 5)])

    assert_flat_in_rows(lambda: client.get("/pesanan/"), more)
    assert "Pengiriman 2: Penyedia" in client.get("/pesanan/").content.decode()

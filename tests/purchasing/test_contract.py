"""What is signed: the Surat Pesanan with its terms, its annex above a value, and papers of what did not come about."""

from __future__ import annotations

import pytest

from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.documents.queries import current_papers_of
from procurement.purchasing import actions
from tests.purchasing import factories
from tests.purchasing.http import path, send, session, snapshot
from vendors.actions import sign_pact
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


def papers_by_kind(story: factories.Story) -> dict[str, Paper]:
    return {paper.kind: paper for paper in current_papers_of(story.purchase)}


def bargained() -> factories.Story:
    """An order both sides spoke on: 50.000 asked, 51.000 answered and agreed by the buyer."""
    story = factories.story("NEGOTIATING")
    story.take("counter", offer=story.offer(price=50_000, message="Untuk dua puluh rim"))
    actions.counter(actor=story.vendor, purchase_id=story.purchase.pk, offer=story.offer(price=51_000))
    story.take("agree")
    return story


def test_a_negotiation_leaves_its_record_signed_by_both():
    story = bargained()
    paper = papers_by_kind(story)["ba_negosiasi"]
    facts = paper.facts
    assert [each["lines"][0]["price"] for each in facts["rounds"]] == [52_000, 50_000, 51_000]
    assert facts["lines"][0] | {"name": ""} == {
        "name": "",
        "unit": "rim",
        "quantity": 20,
        "list_price": 52_000,
        "first_price": 50_000,
        "agreed_price": 51_000,
        "total": 1_020_000,
    }
    assert (facts["list_total"], facts["total"]) == (1_154_400, 1_132_200)
    assert [each["user"] for each in facts["signatures"]] == [
        story.office.officers[Role.PP].user_id,
        story.vendor.user_id,
    ]


def test_the_record_of_a_cancelled_order_is_void():
    story = bargained()
    story.take("cancel")
    assert papers_by_kind(story)["ba_negosiasi"].is_void


def test_the_surat_pesanan_tells_list_and_agreed_price_and_names_the_negotiation():
    story = bargained()
    story.take("approve", additional_terms="Kirim pagi hari \n\n  Bawa tanda pengenal")
    story.take("confirm")
    papers = papers_by_kind(story)
    facts = papers["surat_pesanan"].facts
    assert (facts["lines"][0]["list_price"], facts["lines"][0]["unit_price"]) == (52_000, 51_000)
    assert facts["negotiation"] == papers["ba_negosiasi"].number
    assert facts["list_total"] == 1_154_400
    assert facts["terms"] == ["Kirim pagi hari", "Bawa tanda pengenal"]
    assert facts["deliveries"][0]["items"] == [
        {"name": story.purchase.lines.get().title, "unit": "rim", "quantity": 20}
    ]
    assert "spk" not in papers


def test_a_large_order_has_an_spk_and_says_why_nobody_bargained():
    unit = factories.office(pagu=150_000_000)
    listing = factories.paper(price=90_000, in_stock=2_000)
    story = factories.story("ORDERED", at=unit, wanted=[(listing, 1_000)])
    papers = papers_by_kind(story)
    assert papers["spk"].facts["order_paper"] == story.purchase.sp_number
    assert papers["spk"].facts["execution_days"] == 10
    assert papers["ba_negosiasi"].facts["negotiated"] is False
    assert papers["ba_negosiasi"].facts["reason"] == factories.REASON


def test_both_signers_read_the_whole_order_before_they_sign():
    story = factories.story()
    page = session(story, Role.PPK).get(path(story, "approve")).content.decode()
    for told in ("Surat Pesanan yang akan ditandatangani", "Medan Merdeka Selatan", "1/1000", "20 rim"):
        assert told in page
    assert send(story, Role.PPK, "approve", additional_terms="Barang dirakit di tempat").status_code == 302
    page = session(story, Role.VENDOR).get(path(story, "confirm")).content.decode()
    assert "Barang dirakit di tempat" in page
    assert "Medan Merdeka Selatan" in page


def test_a_vendor_without_the_pact_in_force_does_not_sign():
    story = factories.story("AWAITING_VENDOR")
    Vendor.objects.filter(pk=story.purchase.vendor_id).update(pact_version="2018-1")
    before = snapshot(story)

    with pytest.raises(Refused) as refused:
        story.take("confirm")

    assert refused.value.code == "pact_missing"
    assert snapshot(story) == before
    sign_pact(actor=story.vendor, vendor_id=story.purchase.vendor_id)
    story.take("confirm")
    assert story.purchase.state == "ORDERED"

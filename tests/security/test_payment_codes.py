"""No vendor leads money past the order: a QRIS code in what others read is refused, and nothing is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from procurement.competition import actions as competing
from procurement.competition.models import Question
from procurement.purchasing import actions as buying
from procurement.purchasing.actions.negotiating import offer_of
from procurement.purchasing.models import NegotiationRound
from tests.competition import contests
from tests.fakes.snap.writing import qr
from tests.purchasing import factories
from tests.vendors import stalls
from vendors import actions
from vendors.bulk_upload import cells
from vendors.models import Listing

pytestmark = pytest.mark.django_db(transaction=True)
CODE = qr("", "BU-SARI", "ID1", kind="11")
TEXT = f"Bayar langsung ke kami saja ya: {CODE}"


def refused(act: Callable[[], object]) -> None:
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == "payment_code" and "QRIS" in str(refusal.value)
    assert Entry.objects.count() == before


def test_in_a_listing() -> None:
    owner = stalls.owner_of(stalls.vendor())
    listing = stalls.drafted(owner)
    before = Listing.objects.count()
    says: list[dict[str, Any]] = [{"description": TEXT}, {"title": CODE}, {"attributes": {"menu": TEXT}}]
    for said in says:
        data = stalls.listing_data(**said)
        refused(partial(actions.draft_listing, actor=owner, data=data))
        refused(partial(actions.edit_listing, actor=owner, listing_id=listing.pk, data=data))
    assert Listing.objects.count() == before
    assert CODE not in Listing.objects.get(pk=listing.pk).product.description


def test_in_a_spreadsheet_of_listings() -> None:
    nothing = cells.Reference({})
    with pytest.raises(ValueError, match="kode QRIS"):
        cells.read_description(TEXT, nothing)
    with pytest.raises(ValueError, match="kode QRIS"):
        cells.read_text(CODE, nothing, least=5, most=200)


def test_in_a_negotiation() -> None:
    told = factories.story("NEGOTIATING")
    offer = offer_of(told.purchase.rounds.get())
    rounds = NegotiationRound.objects.count()
    for wrong in (replace(offer, message=TEXT), replace(offer, installation=TEXT)):
        refused(partial(buying.counter, actor=told.vendor, purchase_id=told.purchase.pk, offer=wrong))
    assert NegotiationRound.objects.count() == rounds


def test_in_a_question_of_a_competition() -> None:
    contest = contests.published(sellers=1)
    refused(lambda: competing.ask(actor=contest.owner(0), number=contest.thing.number, text=TEXT))
    assert Question.objects.count() == 0

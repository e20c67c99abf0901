"""A vendor hears what was decided about its registration, its listings and its permits; nobody is flooded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.events.models import Notice
from marketplace.events.runner import drain
from tests.vendors import stalls
from vendors import actions, clockwork

pytestmark = pytest.mark.django_db(transaction=True)


def heard(stall) -> list[str]:
    drain()
    return list(
        Notice.objects.filter(organisation=stall.organisation, role="VENDOR")
        .order_by("pk")
        .values_list("sentence", flat=True)
    )


def test_a_registration_sent_back_and_verified():
    stall, operator = stalls.completed(stalls.vendor(verified=False)), stalls.operation(Role.OPERATOR)
    stalls.found_right(stall, operator, but="phone", reason="phone_unreachable")
    actions.reject_vendor(actor=operator, vendor_id=stall.pk)
    actions.resubmit_vendor(actor=stalls.owner_of(stall), vendor_id=stall.pk)
    stalls.found_right(stall, operator)
    actions.verify_vendor(actor=operator, vendor_id=stall.pk)

    sentences = heard(stall)
    assert len(sentences) == 2
    assert "Telepon: Nomor telepon tidak dapat dihubungi." in sentences[0]
    assert "memverifikasi" in sentences[1]
    # A note in the checker's own words stays on the page.
    assert "Lihat lagi" not in sentences[0]


def test_an_ended_permit_is_one_piece_of_news_however_many_listings_fall_with_it():
    stall, curator = stalls.vendor(), stalls.operation(Role.CURATOR)
    permit = stalls.permit(stall, by=curator, days=3)
    for number in range(3):
        listing = stalls.handed_in(stall, permit, halal=True, title=f"Nasi kotak nomor {number}")
        stalls.found_right(listing, curator)
        actions.approve_listing(actor=curator, listing_id=listing.pk)
    before = len(heard(stall))
    clockwork.tick()
    with clock.frozen(clock.now() + timedelta(days=4)):
        clockwork.tick()

        told = heard(stall)[before:]
    assert len(told) == 2
    assert "berakhir 3 hari lagi" in told[0]
    assert "3 produk tayang bertumpu padanya" in told[1]


def test_what_the_vendor_does_itself_is_no_news_to_it():
    stall = stalls.vendor()
    listing = stalls.listing(stall)
    actions.delist_listing(
        actor=stalls.owner_of(stall), listing_id=listing.pk, reason="Tidak dijual lagi mulai hari ini."
    )

    assert heard(stall) == []

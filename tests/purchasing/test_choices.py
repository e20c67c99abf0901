"""An order says from which answer it was chosen, the log vouches for it, and it can be asked again a year later."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.purchasing.actions import submit_basket
from procurement.purchasing.models import Purchase
from search import actions
from search.models import FrozenChoice, ShownAnswer
from search.queries import asked_again
from tests import people
from tests.purchasing import factories
from tests.vendors import stalls
from vendors.actions import change_price, delist_listing
from vendors.queries import open_basket_for

pytestmark = pytest.mark.django_db(transaction=True)


def submitted(unit: factories.Office) -> Purchase:
    made = submit_basket(
        actor=unit.actor(Role.PP),
        package_id=unit.package.pk,
        budget_line_id=unit.line.pk,
        destinations=[factories.delivery()],
        no_negotiation_reason=factories.REASON,
    )
    return made[0]


def bought(unit: factories.Office, *, directly: int = 0) -> Purchase:
    """An order of paper found by a search, with further goods that were not."""
    shop = factories.shop()
    paper = factories.paper(shop)
    others = [factories.paper(shop, title=f"Map nomor {n}", price=4_000) for n in range(directly)]
    client = people.signed_in(unit.officers[Role.PP])
    client.get("/cari/?q=kertas+hvs")
    shown = ShownAnswer.objects.latest("pk")
    client.post("/keranjang/tambah/", {"product": paper.product_id, "quantity": "3", "dari": str(shown.pk)})
    for other in others:
        client.post("/keranjang/tambah/", {"product": other.product_id, "quantity": "2"})
    return submitted(unit)


def test_the_answer_is_frozen_with_the_order_and_its_hash_stands_in_the_log():
    purchase = bought(factories.office(), directly=1)
    found, direct = purchase.lines.order_by("position").select_related("choice")
    choice = FrozenChoice.objects.get()

    assert (found.choice, found.choice_position) == (choice, 1)
    assert (direct.choice, direct.choice_position) == (None, None)
    assert hashlib.sha256(choice.content.encode()).hexdigest() == choice.sha256
    entry = Entry.objects.get(act="purchase.submit", aggregate_id=str(purchase.pk))
    assert [line["choice"] for line in entry.facts["lines"]] == [choice.sha256, None]


def test_what_is_refused_freezes_nothing():
    unit = factories.office(pagu=100_000)
    with pytest.raises(Refused) as refused:
        bought(unit)
    assert refused.value.code == "above_hps"
    assert not FrozenChoice.objects.exists()
    assert not Entry.objects.filter(act="purchase.submit").exists()


def test_two_orders_from_one_answer_share_what_was_seen():
    unit = factories.office()
    papers = [factories.paper(factories.shop(f"CV {n}")) for n in range(2)]
    client = people.signed_in(unit.officers[Role.PP])
    client.get("/cari/?q=kertas+hvs")
    shown = ShownAnswer.objects.latest("pk")
    for paper in papers:
        told = {"product": paper.product_id, "quantity": "3", "dari": str(shown.pk)}
        client.post("/keranjang/tambah/", told)
    submitted(unit)

    assert FrozenChoice.objects.count() == 1
    lines = [line for purchase in Purchase.objects.all() for line in purchase.lines.all()]
    assert {line.choice_position for line in lines} == {1, 2}


def test_nobody_changes_a_frozen_choice_not_even_the_database_owner():
    bought(factories.office())
    for attempt in (
        lambda: FrozenChoice.objects.update(content="{}"),
        lambda: FrozenChoice.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert FrozenChoice.objects.exclude(content="{}").count() == 1


def test_a_year_later_the_list_is_the_same_and_todays_stands_beside_it(frozen_clock):
    unit = factories.office()
    purchase = bought(unit)
    line = purchase.lines.get()
    vendor = stalls.owner_of(purchase.vendor)
    change_price(actor=vendor, listing_id=line.listing_id, price=53_500)
    newer = factories.paper(factories.shop("CV Baru"), title="Kertas HVS baru")
    path = f"/pesanan/{purchase.number}/pilihan/"
    with frozen_clock(clock.now() + timedelta(days=1)):
        client = people.signed_in(unit.officers[Role.PP])
        page = client.get(path).content.decode()
        again = client.get(f"{path}?lagi={line.choice_id}").content.decode()

    assert "dipilih" in page
    assert "Rp52.000" in page
    assert "Rp53.500" not in page
    assert "urutannya sama" in again
    assert "Rp52.000 → Rp53.500" in again
    assert newer.product.title in again
    assert "Baru" in again
    assert "Hari giliran" in again


def test_what_left_the_show_is_told_without_showing_it_elsewhere():
    unit = factories.office()
    purchase = bought(unit)
    line = purchase.lines.get()
    curator = stalls.operation(Role.OPERATOR, unit.package.region)
    delist_listing(actor=curator, listing_id=line.listing_id, reason=factories.REASON)
    again = people.signed_in(unit.officers[Role.PPK]).get(
        f"/pesanan/{purchase.number}/pilihan/?lagi={line.choice_id}"
    )
    assert "Tidak lagi tayang" in again.content.decode()


def test_a_record_changed_behind_everybodys_back_is_found_out():
    unit = factories.office()
    purchase = bought(unit)
    entry = Entry.objects.get(act="purchase.submit", aggregate_id=str(purchase.pk))
    stranger = FrozenChoice.objects.create(
        shown_id=10**12,
        organisation=unit.package.organisation,
        at=clock.now(),
        question="?q=kertas",
        sha256="0" * 64,
        content=FrozenChoice.objects.get().content,
    )
    assert stranger.sha256 not in {line["choice"] for line in entry.facts["lines"]}
    told = asked_again(unit.actor(Role.PP), stranger, hashes_in_log=set())
    assert [check.holds for check in told.checks] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("role", "status"), [(Role.PA, 404), (Role.PP, 404), (Role.VENDOR, 403), (Role.AUDITOR, 200)]
)
def test_only_the_unit_and_its_auditors_see_it(role, status):
    purchase = bought(factories.office())
    answer = people.signed_in(people.appointment(role)).get(f"/pesanan/{purchase.number}/pilihan/")
    assert answer.status_code == status


def test_the_vendor_of_the_order_does_not_see_its_rivals_offers():
    unit = factories.office()
    purchase = bought(unit)
    factories.Story(purchase, unit).actor(Role.VENDOR)
    vendor = people.signed_in(factories.Story(purchase, unit).appointment(Role.VENDOR))
    assert vendor.get(f"/pesanan/{purchase.number}/pilihan/").status_code == 403


def test_the_order_page_tells_it_in_short_and_the_choice_page_is_cheap(assert_max_queries):
    unit = factories.office()
    purchase = bought(unit, directly=2)
    client = people.signed_in(unit.officers[Role.PPK])
    page = client.get(f"/pesanan/{purchase.number}/").content.decode()
    assert "urutan 1 dalam hasil pencarian" in page
    assert "dipilih langsung" in page
    path = f"/pesanan/{purchase.number}/pilihan/"
    client.get(path)
    with assert_max_queries(6):
        client.get(path)
    again = f"{path}?lagi={FrozenChoice.objects.get().pk}"
    with assert_max_queries(13):
        client.get(again)


def test_freezing_costs_three_queries_whatever_the_number_of_lines(assert_max_queries):
    unit = factories.office()
    shop = factories.shop()
    wanted = [factories.paper(shop, title=f"Kertas HVS nomor {n}") for n in range(10)]
    client = people.signed_in(unit.officers[Role.PP])
    client.get("/cari/?q=kertas+hvs")
    shown = ShownAnswer.objects.latest("pk")
    for listing in wanted:
        actions.choose(
            actor=unit.actor(Role.PP), product_id=listing.product_id, quantity=1, shown_in=shown.pk
        )
    buyer = unit.actor(Role.PP)
    basket = open_basket_for(buyer)
    with doing(actor=buyer) as deed, assert_max_queries(3):
        chosen = actions.freeze_choices(deed, basket=basket)
    assert len(chosen) == 10
    assert FrozenChoice.objects.count() == 1

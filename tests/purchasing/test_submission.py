"""Submitting a basket: one order per vendor, all or nothing, checked in total."""

from __future__ import annotations

from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.planning.models import BudgetLine, BudgetMovement, Package
from procurement.purchasing.actions import submit_basket
from procurement.purchasing.models import Purchase
from tests import people
from tests.planning import plans
from tests.purchasing import factories
from tests.vendors import stalls
from vendors.actions import change_price, delist_listing, suspend_vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
Basket = get_model("basket", "Basket")
StockRecord = get_model("partner", "StockRecord")


def submit(unit: factories.Office, *, role: Role = Role.PP, **told) -> list[Purchase]:
    return submit_basket(
        **{
            "actor": unit.actor(role),
            "package_id": unit.package.pk,
            "budget_line_id": unit.line.pk,
            "destinations": [factories.delivery()],
            "no_negotiation_reason": factories.REASON,
            **told,
        }
    )


def everything() -> tuple:
    return (
        Purchase.objects.count(),
        Entry.objects.count(),
        BudgetMovement.objects.count(),
        list(BudgetLine.objects.order_by("pk").values_list("available", "reserved")),
        list(StockRecord.objects.order_by("pk").values_list("num_in_stock", "num_allocated")),
        list(Basket.objects.order_by("pk").values_list("status", flat=True)),
    )


def assert_refused(code: str, unit: factories.Office, **told) -> Refused:
    before = everything()
    with pytest.raises(Refused) as refused:
        submit(unit, **told)
    assert refused.value.code == code
    assert everything() == before
    return refused.value


@pytest.fixture
def unit() -> factories.Office:
    return factories.office()


@pytest.fixture
def paper():
    return factories.paper()


def test_two_vendors_two_orders_one_deed(unit, paper):
    other = factories.paper(factories.shop("Warung Kertas", pkp=False), price=50_000)
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10), (other, 10)])

    first, second = submit(unit)

    assert {first.vendor_id, second.vendor_id} == {paper.vendor_id, other.vendor_id}
    entries = Entry.objects.filter(act="purchase.submit")
    assert len({entry.deed for entry in entries}) == 1
    unit.line.refresh_from_db()
    assert unit.line.reserved == first.total + second.total
    untaxed = second if second.vendor_id == other.vendor_id else first
    assert (untaxed.ppn, untaxed.total) == (0, 500_000)


def test_oscars_mirror_is_written_when_both_are_bound(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    (purchase,) = submit(unit)
    assert purchase.oscar_order is None
    story = factories.Story(purchase, unit)
    story.take("approve")
    mirror = story.take("confirm").oscar_order
    assert mirror is not None
    assert (mirror.number, mirror.total_incl_tax) == (purchase.number, purchase.goods_total)


def test_when_one_vendor_cannot_deliver_nothing_is_ordered(unit, paper):
    scarce = factories.paper(in_stock=5)
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10), (scarce, 6)])
    refused = assert_refused("out_of_stock", unit)
    assert "5" in refused.sentence
    assert "6" in refused.sentence


def test_the_price_of_the_day_is_kept_whatever_happens_to_the_listing(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    (purchase,) = submit(unit)
    change_price(actor=stalls.owner_of(paper.vendor), listing_id=paper.pk, price=99_000)
    line = purchase.lines.get()
    assert (line.list_price, line.agreed_price, line.total) == (52_000, 52_000, 520_000)
    factories.Story(purchase, unit).take("approve")
    assert Purchase.objects.get(pk=purchase.pk).goods_total == 520_000


def test_a_price_that_rose_since_the_page_was_shown_is_refused(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    change_price(actor=stalls.owner_of(paper.vendor), listing_id=paper.pk, price=53_000)
    assert_refused("price_changed", unit, expected_total=577_200)


def test_an_empty_basket_is_refused(unit):
    factories.fill_basket(unit.actor(Role.PP), [])
    assert_refused("basket_empty", unit)


def test_the_same_basket_is_not_ordered_twice(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    submit(unit)
    before = everything()[:5]
    with pytest.raises(Refused) as refused:
        submit(unit)
    assert refused.value.code == "basket_empty"
    assert everything()[:5] == before


def test_the_hps_counts_for_all_items_together(paper):
    """Others checked per item: each half of this basket is within the HPS, both are not."""
    unit = factories.office(pagu=2_000_000, hps=1_000_000)
    other = factories.paper(paper.vendor, title="Map odner")
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10), (other, 10)])
    assert_refused("above_hps", unit)


def test_the_hps_counts_for_all_orders_of_the_package_together(paper):
    unit = factories.office(pagu=2_000_000, hps=1_000_000)
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    (first,) = submit(unit)
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    assert_refused("above_hps", unit)
    factories.Story(first, unit).take("refuse")
    submit(unit)  # a refused order no longer counts


def test_more_than_the_line_holds_is_refused_with_both_figures(unit, paper):
    small = plans.line(unit.package, 500_000)
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    refused = assert_refused("budget_short", unit, budget_line_id=small.pk)
    assert "Rp577.200" in refused.sentence
    assert "Rp500.000" in refused.sentence


def test_the_limit_of_e_order(paper):
    unit = factories.office(pagu=200_000_000, hps=200_000_000)
    dear = factories.paper(paper.vendor, price=181_000_000, title="Mesin cetak besar")
    factories.fill_basket(unit.actor(Role.PP), [(dear, 1)])
    assert_refused("above_order_limit", unit)


@pytest.mark.parametrize(
    ("pagu", "role", "code"),
    [
        (200_000_000, Role.PP, None),
        (200_000_001, Role.PP, "no_authority"),
        (200_000_001, Role.PPK, None),
        (200_000_000, Role.PPK, "no_authority"),
    ],
)
def test_who_buys_is_decided_by_the_planned_value(paper, pagu, role, code):
    unit = factories.office(pagu=pagu, hps=150_000_000)
    factories.fill_basket(unit.actor(role), [(paper, 10)])
    if code:
        assert_refused(code, unit, role=role)
    else:
        (purchase,) = submit(unit, role=role)
        assert (purchase.pp_id is None) == (role == Role.PPK)


def test_a_buyer_whom_the_package_does_not_name(unit, paper):
    colleague = people.actor(Role.PP, unit.package.organisation)
    factories.fill_basket(colleague, [(paper, 10)])
    assert_refused("not_yours", unit, actor=colleague)


def test_another_units_package_is_not_found(unit, paper):
    stranger = people.actor(Role.PP)
    factories.fill_basket(stranger, [(paper, 10)])
    before = everything()
    with pytest.raises(Package.DoesNotExist):
        submit(unit, actor=stranger)
    assert everything() == before


def test_another_packages_line_is_not_found(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    before = everything()
    with pytest.raises(BudgetLine.DoesNotExist):
        submit(unit, budget_line_id=factories.office().line.pk)
    assert everything()[:3] == before[:3]


@pytest.mark.parametrize("fields", [{"announced": False}, {"active": False}])
def test_a_package_that_sirup_does_not_show(paper, fields):
    unit = factories.office(**fields)
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    assert_refused("package_not_ready", unit)


def test_a_suspended_vendor(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    clerk = stalls.operation(Role.OPERATOR, paper.vendor.region)
    suspend_vendor(actor=clerk, vendor_id=paper.vendor_id, reason="dokumen palsu ditemukan")
    assert_refused("vendor_not_verified", unit)


def test_a_vendor_of_another_region(unit):
    foreign = factories.paper(region=people.region("D999", "Provinsi Lain"))
    factories.fill_basket(unit.actor(Role.PP), [(foreign, 10)])
    assert_refused("other_region", unit)


def test_a_listing_taken_down(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    delist_listing(actor=stalls.owner_of(paper.vendor), listing_id=paper.pk, reason="tidak dijual lagi")
    assert_refused("listing_gone", unit)


def test_less_than_the_smallest_order(unit):
    factories.fill_basket(unit.actor(Role.PP), [(factories.paper(min_order=20), 19)])
    assert_refused("below_minimum", unit)


def test_a_place_the_vendor_does_not_deliver_to(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    assert_refused("outside_area", unit, destinations=[factories.delivery(place_code="32.04")])


def test_a_day_that_is_over(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    late = factories.delivery(needed_by=clock.today() - timedelta(days=1))
    assert_refused("needed_by_past", unit, destinations=[late])


def test_goods_from_abroad_need_a_reason(unit):
    factories.fill_basket(unit.actor(Role.PP), [(factories.paper(is_pdn=False), 10)])
    assert_refused("reason_needed", unit)
    (purchase,) = submit(unit, reason="tidak ada produk dalam negeri yang setara")
    assert (purchase.pdn_value, purchase.umk_value) == (0, 520_000)


def test_an_officer_whose_own_stall_it_is(unit, paper):
    """The vendor's owner has the same NIK as the PPK."""
    nik_hash = Vendor.objects.get(pk=paper.vendor_id).owner_nik_hash
    assert nik_hash
    User.objects.filter(pk=unit.package.ppk_user_id).update(nik_hash=nik_hash)
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    assert_refused("conflict_of_interest", unit)


def test_a_receiver_of_another_unit_is_not_found(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    before = everything()
    stranger = people.appointment(Role.RECEIVER)
    with pytest.raises(type(stranger).DoesNotExist):
        submit(unit, destinations=[factories.delivery(receiver_id=stranger.pk)])
    assert everything() == before


@pytest.mark.parametrize("role", [Role.PA, Role.TREASURER, Role.VENDOR, Role.OPERATOR, Role.AUDITOR])
def test_others_do_not_buy(unit, role):
    assert_refused("wrong_role", unit, actor=people.actor(role))


def test_approval_looks_again_at_the_vendor(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    (purchase,) = submit(unit)
    clerk = stalls.operation(Role.OPERATOR, paper.vendor.region)
    suspend_vendor(actor=clerk, vendor_id=paper.vendor_id, reason="dokumen palsu ditemukan")
    before = everything()
    with pytest.raises(Refused) as refused:
        factories.Story(purchase, unit).take("approve")
    assert refused.value.code == "vendor_not_verified"
    assert everything() == before


def test_small_orders_come_out_of_the_imprest_and_large_ones_from_the_treasury(unit, paper):
    other = factories.paper(price=60_000_000, title="Lemari arsip besar")
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10), (other, 1)])
    mechanisms = {purchase.vendor_id: purchase.mechanism for purchase in submit(unit)}
    assert mechanisms == {paper.vendor_id: "UP", other.vendor_id: "LS"}


def test_the_two_pages_of_submission(unit, paper):
    factories.fill_basket(unit.actor(Role.PP), [(paper, 10)])
    client = people.signed_in(unit.officers[Role.PP])
    form = {
        "budget_line": unit.line.pk,
        "address": "Jl. Medan Merdeka Selatan 8",
        "place_code": "31.71.01",
        "needed_by": (clock.today() + timedelta(days=5)).isoformat(),
    }
    assert client.get("/keranjang/ajukan/").status_code == 200
    wrong = client.post("/keranjang/ajukan/", {**form, "step": "check", "place_code": "Gambir"})
    assert wrong.status_code == 422
    checked = client.post("/keranjang/ajukan/", {**form, "step": "check"})
    assert checked.status_code == 200
    assert "Rp577.200" in checked.content.decode()
    assert not Purchase.objects.exists()

    stale = client.post("/keranjang/ajukan/", {**form, "step": "send", "expected_total": 1})
    assert stale.status_code == 409
    assert not Purchase.objects.exists()
    sent = client.post("/keranjang/ajukan/", {**form, "step": "send", "expected_total": 577_200})
    purchase = Purchase.objects.get()
    assert sent.status_code == 302
    assert sent["Location"] == f"/pesanan/{purchase.number}/"
    assert purchase.deliveries.get().address == form["address"]
    assert client.get("/keranjang/ajukan/").status_code == 302  # nothing left to submit
    factories.fill_basket(unit.actor(Role.PP), [(paper, 1)])
    assert form["address"] in client.get("/keranjang/ajukan/").content.decode()  # typed once


def test_actor_of_appointment_is_what_the_order_keeps(unit, paper):
    buyer = Actor.of(unit.officers[Role.PP])
    factories.fill_basket(buyer, [(paper, 10)])
    (purchase,) = submit(unit)
    assert (purchase.pp_id, purchase.pp_user_id) == (buyer.appointment_id, buyer.user_id)
    assert purchase.ppk_id == unit.package.ppk_id

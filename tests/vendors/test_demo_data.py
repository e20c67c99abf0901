"""What the demonstration and synthetic data bring in keeps the market's own rules, and leaves work on the desks."""

from __future__ import annotations

import pytest

from marketplace.accounts.models import Organisation
from marketplace.core import clock, identifiers
from marketplace.regulation.models import Code
from marketplace.regulation.places import place
from marketplace.regulation.queries import parameter
from procurement.practice import cast, goods
from procurement.practice.market import bring_goods, bring_vendors
from procurement.practice.waiting import RETURNED, TO_MEND, leave_waiting
from tests import people
from vendors import queries
from vendors.actions import verdicts
from vendors.attributes import checked
from vendors.models import Amendment, Listing, Permit, Vendor
from vendors.size import size_of

TRADES = len(goods.catalogue()["items"])


@pytest.fixture
def market(db):
    """A region with overseers, one vendor a trade and two offers each."""
    region = people.region()
    cast.appoint_overseers(region)
    bring_goods(bring_vendors(region, TRADES, actor=cast.operator_of(region)), TRADES * 2, pictures=False)
    return region


def test_people_and_businesses_have_numbers_that_could_be_real():
    for stall in goods.stalls(1_200, seed=20):
        assert identifiers.nik(stall.owner_nik) == stall.owner_nik
        assert identifiers.npwp16(stall.npwp) == stall.npwp
        assert identifiers.phone(stall.phone) == stall.phone
        assert identifiers.nib(stall.nib) == stall.nib
    for code, name in goods.catalogue()["places"]:
        found = place(code)
        assert found and found.name == name


def test_every_offer_says_what_its_kind_must_say():
    for stall in goods.stalls(TRADES * 4):
        for offer in goods.offers(stall, 30):
            assert checked(offer.kind, offer.attributes) == offer.attributes
            assert (offer.in_stock is None) == (offer.kind != "BARANG")
            assert (offer.daily_capacity is None) == (offer.kind == "BARANG")
            assert offer.daily_capacity is None or offer.daily_capacity >= offer.min_order


def test_every_code_of_goods_and_services_is_a_known_one(db):
    known = set(Code.objects.filter(scheme="KBKI").values_list("code", flat=True))

    assert [item["kbki"] for item in goods.catalogue()["items"] if item["kbki"] not in known] == []


def test_every_vendors_line_of_business_covers_what_it_sells(market):
    fitting = parameter("flag.ID12.kbli_of_kbki", region_id=market.pk).value
    unfit = [
        (listing.vendor.name, listing.kbki_code)
        for listing in Listing.objects.exclude(kbki_code="").select_related("vendor__organisation")
        if not any(
            activity.code.startswith(tuple(fitting[listing.kbki_code[0]]))
            for activity in listing.vendor.activities.all()
        )
    ]
    assert unfit == [], "a warning at every order teaches people to pass over warnings"


def test_what_is_claimed_rests_on_a_permit_in_force(market):
    today = clock.today()
    for listing in Listing.objects.filter(state="LIVE").prefetch_related("permits"):
        kinds = {permit.kind for permit in listing.permits.all() if permit.in_force(today)}
        assert kinds == ({"HALAL"} if listing.halal else set()) | (
            {"TKDN"} if listing.tkdn_bp is not None else set()
        )
    owners = Permit.objects.get(vendor__organisation__appointments__user__email=cast.OWNER.email)
    assert owners.valid_to
    assert 0 < (owners.valid_to - today).days < 30


def test_every_vendor_states_the_size_that_its_figures_make(market):
    vendors = list(Vendor.objects.all())

    for vendor in vendors:
        found = size_of(
            capital=None,
            yearly_sales=vendor.yearly_sales,
            cooperative=vendor.legal_form == Vendor.LegalForm.COOPERATIVE,
        )
        assert (vendor.size, vendor.size_basis) == (found.size, found.basis)
        assert vendor.size_stated_on == clock.today()
    assert {vendor.path for vendor in vendors} == {"BINAAN", "UMUM"}


def test_work_waits_for_everybody(market):
    leave_waiting(market)

    states = dict(Vendor.objects.exclude(state="VERIFIED").values_list("organisation__name", "state"))
    assert states == {
        "Warung Nasi Bu Tini": "REGISTERED",
        "Kerajinan Ratih": "REJECTED",
        "Kue Basah Mpok Sarmi": "DRAFT",
    }
    returned = queries.own_vendor(cast.actor_of(RETURNED.person))
    assert set(queries.vendor_mending(returned)) == set(TO_MEND)
    assert [each.organisation.name for each in queries.drafts_for(cast.actor_of(cast.ASSISTANT))] == [
        "Kue Basah Mpok Sarmi"
    ]
    assert Permit.objects.filter(state="SUBMITTED", document__isnull=False).count() == 1
    assert Listing.objects.filter(state="IN_CURATION").count() == 1
    assert Amendment.objects.filter(state="PROPOSED").count() == 1


@pytest.mark.parametrize(
    ("box", "page", "shows"),
    [
        ("operator", "/verifikasi/", "Warung Nasi Bu Tini"),
        ("kurator", "/kurasi/", "Kertas HVS A3"),
        ("kurator", "/izin/", "SNI-7274"),
        ("pendamping", "/pendampingan/", "Kue Basah Mpok Sarmi"),
        ("umkm2", "/usaha-saya/", "Kerajinan Ratih"),
        ("umkm", "/produk-saya/", "Kertas HVS A3"),
        ("umkm", "/uang-saya/", "Uang"),
    ],
)
def test_whoever_signs_in_finds_it(market, client, box, page, shows):
    leave_waiting(market)
    person = next(each for each in cast.EVERYBODY if each.box == box)
    assert client.login(username=person.email, password=cast.PASSWORD)

    assert shows in client.get(page).content.decode()


def test_a_handed_in_registration_can_be_found_right(market):
    leave_waiting(market)
    operator = cast.operator_of(market)
    vendor = Vendor.objects.get(state="REGISTERED")
    found = [each.code for each in queries.vendor_findings(vendor)]

    verdicts.judge_vendor(
        actor=operator,
        vendor_id=vendor.pk,
        judgements=[verdicts.Judgement(field=code, accepted=True) for code in found],
    )
    verdicts.verify_vendor(actor=operator, vendor_id=vendor.pk)

    vendor.refresh_from_db()
    assert vendor.state == "VERIFIED"
    assert vendor.organisation.kind == Organisation.Kind.VENDOR

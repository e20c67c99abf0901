"""The estimate in lines, each with where its price was seen; the terms of reference; what is then handed on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.planning import actions
from procurement.planning.actions import HpsItem, SeenPrice
from procurement.planning.estimating import estimate_of
from procurement.planning.models import HpsLine, HpsReference, Package
from procurement.taxation.actions import load_tax_rules
from tests import people
from tests.planning import plans
from tests.purchasing import factories
from tests.vendors import stalls
from vendors.actions import change_price

pytestmark = pytest.mark.django_db

WORKED = [
    ("Kertas HVS A4 80 gsm", 200, "rim", 54_000),
    ("Pulpen, isi 12", 100, "box", 36_000),
    ("Map odner", 150, "pcs", 32_000),
]


class Desk:
    """A unit whose PPK prepares a package of Rp25.000.000."""

    def __init__(self, **package) -> None:
        load_tax_rules()
        self.unit = people.organisation()
        self.ppk = people.appointment(Role.PPK, self.unit)
        self.pp = people.appointment(Role.PP, self.unit)
        self.pa = people.appointment(Role.PA, self.unit)
        self.package = plans.package(at=self.unit, **package)
        actions.dispose(
            actor=Actor.of(self.pa), package_id=self.package.pk, ppk_id=self.ppk.pk, note="Selesaikan segera"
        )

    def add(self, **told) -> HpsLine:
        given = {"item": "Kertas", "quantity": 10, "unit": "rim", "seen": seen(54_000), **told}
        return actions.add_hps_line(
            actor=given.pop("actor", Actor.of(self.ppk)), package_id=self.package.pk, item=HpsItem(**given)
        )

    def worked(self) -> None:
        for item, quantity, unit, price in WORKED:
            self.add(item=item, quantity=quantity, unit=unit, seen=seen(price))
        actions.set_hps_shipping(actor=Actor.of(self.ppk), package_id=self.package.pk, amount=300_000)

    def prepare(self, **told) -> Package:
        return actions.prepare(
            **{
                "actor": Actor.of(self.ppk),
                "package_id": self.package.pk,
                "pp_id": self.pp.pk,
                "kak": "Kertas 200 rim, 80 gsm atau setara",
                **told,
            }
        )

    def refuses(self, act, code: str) -> Refused:
        before = (Package.objects.values().get(pk=self.package.pk), HpsLine.objects.count())
        entries = Entry.objects.count()
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == code
        assert (Package.objects.values().get(pk=self.package.pk), HpsLine.objects.count()) == before
        assert Entry.objects.count() == entries
        return refused.value


def seen(*prices: int) -> list[SeenPrice]:
    """A typed reference for each price, and the first one once more."""
    return [
        SeenPrice("SURVEY", f"Toko {number}", price, clock.today() - timedelta(days=1))
        for number, price in enumerate([*prices, prices[0]], start=1)
    ]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_handbooks_estimate_comes_to_the_rupiah(desk):
    desk.worked()
    estimate = estimate_of(Package.objects.get(pk=desk.package.pk))
    assert estimate is not None
    assert (estimate.subtotal, estimate.shipping, estimate.ppn) == (19_200_000, 300_000, 2_145_000)
    assert estimate.total == 21_645_000
    package = desk.prepare()
    assert (package.state, package.hps_total) == ("PREPARED", 21_645_000)
    kinds = Paper.objects.filter(subject_type="package").values_list("kind", flat=True)
    assert sorted(kinds) == ["disposisi", "hps", "kak"]
    told = Entry.objects.get(act="package.prepare").facts
    assert (told["hps_lines"], told["hps_sha256"]) == (3, Paper.objects.get(kind="hps").facts_sha256)


def test_a_price_of_the_catalogue_stays_as_it_was_seen(desk):
    paper = factories.paper(price=52_000)
    other = factories.paper(factories.shop("Toko Kertas Dua"), price=50_000)
    line = desk.add(seen=(), listings=[paper.pk, other.pk])
    assert (line.unit_price, line.median) == (50_000, 50_000)
    change_price(actor=stalls.owner_of(paper.vendor), listing_id=paper.pk, price=70_000)
    assert sorted(line.references.values_list("price", flat=True)) == [50_000, 52_000]


def test_one_reference_is_not_enough(desk):
    desk.refuses(lambda: desk.add(seen=seen(54_000)[:1]), "too_few_references")


def test_a_typed_reference_lies_in_the_past_and_is_not_of_the_catalogue(desk):
    tomorrow = SeenPrice("SURVEY", "Toko", 1_000, clock.today() + timedelta(days=1))
    catalogue = SeenPrice("CATALOGUE", "Toko", 1_000, clock.today())
    for wrong in (tomorrow, catalogue):
        desk.refuses(lambda wrong=wrong: desk.add(seen=[wrong, *seen(1_000)]), "reference_wrong")


def test_another_ppk_writes_nothing_here(desk):
    stranger = people.actor(Role.PPK, desk.unit)
    desk.refuses(lambda: desk.add(actor=stranger), "other_ppk")
    with pytest.raises(Package.DoesNotExist):
        desk.add(actor=people.actor(Role.PPK))


def test_what_was_handed_on_is_not_written_any_more(desk):
    desk.worked()
    desk.prepare()
    desk.refuses(desk.add, "not_preparing")
    actor = Actor.of(desk.ppk)
    desk.refuses(
        lambda: actions.remove_hps_line(actor=actor, package_id=desk.package.pk, position=1), "not_preparing"
    )


def test_a_large_package_needs_its_estimate_in_lines(desk):
    desk.refuses(lambda: desk.prepare(hps_total=10_000_001, hps_basis="survei"), "hps_lines_missing")
    desk.refuses(lambda: desk.prepare(hps_total=10_000_000), "hps_basis_missing")
    assert desk.prepare(hps_total=10_000_000, hps_basis="survei").hps_total == 10_000_000


def test_an_estimate_above_the_pagu_is_not_handed_on(desk):
    desk.add(quantity=1_000)
    desk.refuses(desk.prepare, "hps_out_of_pagu")


def test_a_brand_is_explained(desk):
    desk.worked()
    desk.refuses(lambda: desk.prepare(kak="Printer merek Epson 10 unit"), "brand_named")
    assert desk.prepare(kak="Printer merek Epson 10 unit", brand_reason="suku cadang printer yang ada").kak


def test_an_unusual_price_is_pointed_out(desk):
    assert not desk.add(unit_price=60_000, seen=seen(54_000)).unusual
    assert desk.add(unit_price=70_000, seen=seen(54_000)).unusual


def test_meals_bear_no_ppn(desk):
    desk.add(item="Nasi kotak", kind="KATERING", quantity=100, unit="kotak", seen=seen(35_000))
    estimate = estimate_of(Package.objects.get(pk=desk.package.pk))
    assert estimate is not None
    assert (estimate.ppn, estimate.total) == (0, 3_500_000)


def test_the_line_is_written_on_a_page_and_nothing_typed_is_lost(desk):
    paper = factories.paper(price=52_000, region=desk.unit.region)
    client = people.signed_in(desk.ppk)
    page = client.get(reverse("package-hps-line", args=[desk.package.kd_rup]), {"q": "kertas hvs"})
    assert "Rp52.000" in page.text
    typed = {"item": "Kertas A4", "kind": "BARANG", "quantity": "12", "unit": "rim", "q": "kertas hvs"}
    looked = client.post(page.request["PATH_INFO"], {**typed, "look": "1", "q": "hvs"})
    assert looked.status_code == 200
    assert "Kertas A4" in looked.text
    assert not HpsLine.objects.exists()
    half = client.post(page.request["PATH_INFO"], {**typed, "listings": [paper.pk], "source_1": "SURVEY"})
    assert "Lengkapi sumber" in half.text
    few = client.post(page.request["PATH_INFO"], {**typed, "listings": [paper.pk]})
    assert few.status_code == 409
    assert "Kertas A4" in few.text
    full = {**typed, "listings": [paper.pk], "source_1": "SURVEY", "vendor_1": "Toko", "price_1": "50.000"}
    done = client.post(page.request["PATH_INFO"], {**full, "seen_1": clock.today().isoformat()})
    assert done.status_code == 302
    line = HpsLine.objects.get()
    assert (line.unit_price, line.references.count()) == (50_000, 2)
    shown = client.get(reverse("package-estimate", args=[desk.package.kd_rup]))
    assert "Kertas A4" in shown.text
    gone = client.post(reverse("package-hps-remove", args=[desk.package.kd_rup, 1]))
    assert gone.status_code == 302
    assert not HpsReference.objects.exists()


def test_many_packages_go_to_one_ppk_each_by_its_own_act(desk):
    fresh = [plans.package(at=desk.unit, pagu=1_000_000 + number) for number in range(3)]
    withdrawn = plans.package(at=desk.unit, announced=False)
    handed, refused = actions.dispose_many(
        actor=Actor.of(desk.pa), package_ids=[*(each.pk for each in fresh), withdrawn.pk], ppk_id=desk.ppk.pk
    )
    assert [each.pk for each in handed] == [each.pk for each in fresh]
    assert [(package.pk, why.code) for package, why in refused] == [(withdrawn.pk, "not_announced")]
    assert Entry.objects.filter(act="package.dispose").values("deed").distinct().count() == 4

    client = people.signed_in(desk.pa)
    more = plans.package(at=desk.unit)
    answer = client.post(reverse("packages-dispose"), {"packages": [more.pk], "ppk": desk.ppk.pk})
    assert answer.status_code == 302
    more.refresh_from_db()
    assert more.state == "ASSIGNED"
    foreign = plans.package()
    assert (
        client.post(reverse("packages-dispose"), {"packages": [foreign.pk], "ppk": desk.ppk.pk}).status_code
        == 422
    )
    foreign.refresh_from_db()
    assert foreign.state == "PLANNED"
    assert desk.ppk.user.name in client.get(reverse("packages-workload")).text


def test_an_expired_certificate_gets_no_package(desk):
    Appointment.objects.filter(pk=desk.pp.pk).update(certificate_valid_to=clock.today() - timedelta(days=1))
    desk.worked()
    desk.refuses(desk.prepare, "certificate_expired")


def test_a_substitute_acts_while_the_decree_runs_and_the_officer_takes_the_place_back(desk):
    stand_in = people.appointment(Role.PPK, desk.unit)
    desk.refuses(
        lambda: actions.stand_in(actor=Actor.of(stand_in), package_id=desk.package.pk), "not_substitute"
    )
    Appointment.objects.filter(pk=stand_in.pk).update(
        acting="PLH", substitute_for=desk.ppk, valid_to=clock.today() + timedelta(days=5)
    )
    actor = Actor.of(Appointment.objects.get(pk=stand_in.pk))
    page = people.signed_in(Appointment.objects.get(pk=stand_in.pk)).get(desk.package.get_absolute_url())
    assert "Anda menggantikan" in page.text
    package = actions.stand_in(actor=actor, package_id=desk.package.pk)
    assert package.ppk_user_id == stand_in.user_id
    assert Entry.objects.get(act="package.stand_in").facts["former_appointment"] == desk.ppk.pk
    desk.add(actor=actor)
    desk.refuses(desk.add, "other_ppk")
    actions.stand_in(actor=Actor.of(desk.ppk), package_id=desk.package.pk)
    desk.add()

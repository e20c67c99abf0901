"""Red flags over HTTP: shown before sending, asked for, kept, endorsed, let go; never shown to the vendor."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from procurement.purchasing.models import Flag, Purchase
from procurement.purchasing.queries.flags import shown
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import path, session

pytestmark = pytest.mark.django_db

WHY = "Kebutuhan dua kegiatan yang berbeda jadwal dan lokasinya."
LARGE = 865
"""Reams at Rp52.000 with PPN: Rp49,9 million."""


def consequence(code: str, value: Any) -> None:
    """A region-less parameter of today."""
    Parameter.objects.filter(code=f"flag.{code}.consequence").update(value=value)
    forget_rules()


@pytest.fixture
def unit() -> factories.Office:
    return factories.office(pagu=200_000_000)


def large(unit: factories.Office, quantity: int = LARGE, **told: Any) -> Any:
    """A basket of Rp49,9 million with a new vendor."""
    listing = factories.paper(in_stock=9_000, **told)
    factories.fill_basket(unit.actor(Role.PP), [(listing, quantity)])
    return listing


def filled(unit: factories.Office, step: str, **told: Any) -> dict[str, Any]:
    return {
        "step": step,
        "budget_line": unit.line.pk,
        "address": "Jl. Medan Merdeka Selatan 8",
        "place_code": "31.71.01",
        "place_name": "Gambir",
        "needed_by": clock.today().isoformat(),
        "reason": "",
        "way": "listed",
        "no_negotiation_reason": "harga sudah terbaik menurut survei",
        **told,
    }


def buyer(unit: factories.Office) -> Client:
    return people.signed_in(unit.officers[Role.PP])


def check_and_total(client: Client, unit: factories.Office) -> tuple[Any, int]:
    page = client.post("/keranjang/ajukan/", filled(unit, "check"))
    assert page.status_code == 200
    return page, page.context["total"]


def send(client: Client, unit: factories.Office, total: int, **told: Any) -> Any:
    return client.post("/keranjang/ajukan/", filled(unit, "send", expected_total=total, **told))


def bought(unit: factories.Office, **told: Any) -> Purchase:
    """An order of Rp49,9 million sent through the pages, with whatever reason it needs."""
    large(unit)
    client = buyer(unit)
    _page, total = check_and_total(client, unit)
    answer = send(client, unit, total, **{"why-ID08": WHY, **told})
    assert answer.status_code == 302, answer.content.decode()
    return Purchase.objects.latest("pk")


def test_the_check_page_shows_what_stands_out_and_asks_why_in_place(unit):
    bought(unit)
    large(unit)
    client = buyer(unit)

    page, total = check_and_total(client, unit)

    assert "Pemecahan paket" in page.content.decode()
    assert 'name="why-ID08"' in page.content.decode()
    before = (Purchase.objects.count(), Entry.objects.count(), Flag.objects.count())
    # a replayed POST without the reason does not pass, and says what is missing
    refused = send(client, unit, total, reason="alasan memilih barang ini")
    assert refused.status_code == 409
    assert 'name="why-ID08"' in refused.content.decode()
    assert "alasan memilih barang ini" in refused.content.decode()
    assert (Purchase.objects.count(), Entry.objects.count(), Flag.objects.count()) == before
    assert send(client, unit, total, **{"why-ID08": "terlalu pendek"}).status_code == 409
    assert (Purchase.objects.count(), Entry.objects.count(), Flag.objects.count()) == before

    assert send(client, unit, total, **{"why-ID08": WHY}).status_code == 302

    flag = Flag.objects.get(purchase=Purchase.objects.latest("pk"), code="ID08", rung="50000000")
    assert flag.justification == WHY
    assert flag.consequence == "JUSTIFY"
    assert flag.evidence["count"] == 2
    submitted = Entry.objects.filter(act="purchase.submit").latest("pk")
    assert "ID08/50000000" in submitted.facts["flags"]
    assert len(submitted.facts["flags_sha256"]) == 64
    told = Entry.objects.filter(act="purchase.flag", aggregate_id=submitted.aggregate_id)
    assert {entry.facts["flag"] for entry in told} >= {"ID08", "ID09"}
    assert WHY not in str([entry.facts for entry in Entry.objects.all()])


def test_a_basket_changed_between_check_and_send_is_asked_again(unit):
    bought(unit)
    client = buyer(unit)
    listing = large(unit, quantity=1)
    page, total = check_and_total(client, unit)
    assert 'name="why-ID08"' not in page.content.decode()
    factories.fill_basket(unit.actor(Role.PP), [(listing, LARGE)])

    assert send(client, unit, total).status_code == 409  # the sum is another one
    page, total = check_and_total(client, unit)
    assert send(client, unit, total).status_code == 409
    assert Purchase.objects.count() == 1


def test_pa_endorses_before_the_ppk_may_approve(unit):
    consequence("ID08", "SECOND")
    bought(unit)
    order = bought(unit)
    story = factories.Story(order, unit)
    assert story.fresh().endorsement_needed
    ppk, pa = session(story, Role.PPK), session(story, Role.PA)

    before = (Entry.objects.count(), story.fresh().revision)
    assert ppk.post(path(story, "approve"), {"revision": order.revision}).status_code == 409
    assert (Entry.objects.count(), story.fresh().revision) == before

    page = pa.get(path(story, "endorse"))
    assert WHY in page.content.decode()
    assert "Pemecahan paket" in page.content.decode()
    short = pa.post(path(story, "endorse"), {"revision": order.revision, "reason": "ya"})
    assert short.status_code == 409
    assert (Entry.objects.count(), story.fresh().revision) == before
    done = pa.post(
        path(story, "endorse"), {"revision": order.revision, "reason": "Dua kegiatan yang berbeda."}
    )
    assert done.status_code == 302
    assert story.fresh().endorser_user_id == unit.officers[Role.PA].user_id

    page = ppk.get(path(story, "approve"))
    assert WHY in page.content.decode()
    assert ppk.post(path(story, "approve"), {"revision": story.fresh().revision}).status_code == 302
    assert story.fresh().state == "AWAITING_VENDOR"


def test_a_held_order_goes_on_when_the_regions_auditor_lets_it_go(unit):
    consequence("ID08", "HOLD")
    bought(unit)
    order = bought(unit)
    story = factories.Story(order, unit)
    auditor = people.signed_in(
        people.appointment(
            Role.AUDITOR, people.organisation(Organisation.Kind.AUDITOR_BODY, in_region=unit.package.region)
        )
    )
    stranger = people.signed_in(
        people.appointment(
            Role.AUDITOR,
            people.organisation(Organisation.Kind.AUDITOR_BODY, in_region=people.region("D2", "Kota Lain")),
        )
    )
    assert session(story, Role.PPK).get(path(story, "approve")).status_code == 409
    assert stranger.get(path(story, "lift_hold")).status_code == 404
    assert WHY in auditor.get(path(story, "lift_hold")).content.decode()
    given = {"revision": order.revision, "reason": "Dua kegiatan yang memang berbeda."}
    assert auditor.post(path(story, "lift_hold"), given).status_code == 302
    assert not story.fresh().on_hold
    story.take("approve")


def test_the_vendor_never_sees_flags(unit):
    bought(unit)
    story = factories.Story(bought(unit), unit)
    story.take("approve")
    page = session(story, Role.VENDOR).get(path(story)).content.decode()
    assert "eringatan" not in page
    assert "ID08" not in page
    assert WHY not in page
    assert "Peringatan ID08" in session(story, Role.PP).get(path(story)).content.decode()


def test_the_list_shows_auditors_their_region_and_pa_their_unit(unit, assert_max_queries):
    bought(unit)
    order = bought(unit)
    other = factories.office()
    auditor = people.signed_in(
        people.appointment(
            Role.AUDITOR, people.organisation(Organisation.Kind.AUDITOR_BODY, in_region=unit.package.region)
        )
    )
    pa, stranger = people.signed_in(unit.officers[Role.PA]), people.signed_in(other.officers[Role.PA])

    for reader in (auditor, pa):
        page = reader.get("/peringatan/?kode=ID08&keadaan=dijelaskan").content.decode()
        assert order.number in page
        assert WHY in page
        assert order.number not in reader.get("/peringatan/?kode=ID04").content.decode()
        with assert_max_queries(12):
            reader.get("/peringatan/")
    assert order.number not in stranger.get("/peringatan/").content.decode()
    assert people.signed_in(unit.officers[Role.PP]).get("/peringatan/").status_code == 403


def test_the_rules_are_told_with_the_figures_in_force(unit):
    page = people.signed_in(unit.officers[Role.PP]).get("/peringatan/aturan/").content.decode()
    for told in ("Rp200.000.000", "30 hari", "ID08", "PDN", "95 %", "120 %"):
        assert told in page


@pytest.mark.parametrize(
    ("code", "evidence", "orders"),
    [
        ("ID01", {"orders": 19, "all_orders": 19, "value": 59_591_400, "all_value": 59_591_400}, []),
        ("ID08", {"orders": [{"number": "EO-1", "total": 2_000_000}]}, [("EO-1", 2_000_000)]),
    ],
)
def test_a_rule_that_counts_orders_is_shown_like_one_that_names_them(code, evidence, orders):
    kept = Flag(code=code, consequence="EXPLAIN", evidence=evidence, sentence="", moment="SUBMISSION")
    assert list(shown(kept).orders) == orders

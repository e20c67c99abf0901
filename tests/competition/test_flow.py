"""A whole competition over HTTP, by the people whose it is: sentence, draft, offers, evaluation, orders."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.competition.models import Competition, Offer, Outcome
from procurement.purchasing.models import Purchase
from tests import people
from tests.competition import contests
from tests.purchasing import factories
from tests.vendors import stalls

pytestmark = pytest.mark.django_db


def form_of(response: Any, name: str = "form") -> dict[str, Any]:
    """What a browser would send back of a page's form, as it was shown."""
    form = response.context[name]
    return {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}


def rows_of(response: Any) -> dict[str, Any]:
    rows = response.context["rows"]
    told = {bound.html_name: bound.value() for bound in rows.management_form}
    for form in rows:
        told |= {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
    return told


def offer(client: Client, url: str, competition: Competition, price: int) -> Any:
    shown = client.get(f"{url}tawar/")
    told = form_of(shown)
    line = competition.lines.get()
    told |= {f"price_{line.pk}": f"{price:,}".replace(",", "."), "shipping": "0"}
    told[f"listing_{line.pk}"] = shown.context["form"].fields[f"listing_{line.pk}"].choices[0][0]
    check = client.post(f"{url}tawar/", told)
    assert check.status_code == 200, check.content.decode()[:2000]
    assert "Segel dan kirim" in check.content.decode()
    return client.post(f"{url}tawar/", {**form_of(check), "step": "send"})


def test_a_whole_competition_over_http() -> None:
    office = factories.office()
    pp = people.signed_in(office.officers[Role.PP])
    sellers = [stalls.vendor(f"Dapur {n}", size="KECIL") for n in range(2)]
    for seller in sellers:
        stalls.listing(seller, "Nasi kotak lengkap", price=40_000, in_stock=500, is_pdn=True)
    vendors = [
        people.signed_in(seller.organisation.appointments.select_related("user").get(role=Role.VENDOR))
        for seller in sellers
    ]
    needed = clock.today() + timedelta(days=20)
    sentence = contests.REQUEST % {"day": f"{needed.day}-{needed.month}-{needed.year}"}

    # the PP writes one sentence; the form is filled in from it
    begun = pp.post("/mini-kompetisi-baru/", {"budget_line": office.line.pk, "request_text": sentence})
    competition = Competition.objects.get()
    url = competition.get_absolute_url()
    assert begun["Location"] == f"{url}rancangan/"
    edit = pp.get(f"{url}rancangan/")
    told = {**form_of(edit), **rows_of(edit)}
    assert (told["baris-0-item"], told["baris-0-quantity"]) == ("Nasi kotak", 80)
    told |= {
        "category": stalls.categories()["konsumsi/nasi-kotak"],
        "address": "Jl. Medan Merdeka Selatan 8, lantai 5",
        "place_code": "31.71.01",
        "needed_by": needed.isoformat(),
        "needed_at": "11:00",
        "closes_on": (clock.today() + timedelta(days=10)).isoformat(),
        "closes_hour": "14:00",
        "itemized": "",
        "small_only": "on",
    }
    saved = pp.post(f"{url}rancangan/", told)
    assert saved.status_code == 302, saved.context["form"].errors
    page = pp.get(url).content.decode()
    assert "2 penyedia" in page and "perlu dilihat" not in page
    shown = pp.get(f"{url}umumkan/")
    assert pp.post(f"{url}umumkan/", form_of(shown)).status_code == 302

    # vendors see the invitation on their desks, ask, and offer
    assert competition.title in vendors[0].get("/meja/").content.decode()
    vendors[0].post(f"{url}tanya/", {"text": "Boleh kemasan kertas?"})
    assert sellers[0].organisation.name not in vendors[1].get(url).content.decode()
    pp.post(f"{url}jawab/", {"text": "Boleh, asal kering."})
    assert "asal kering" in vendors[1].get(url).content.decode()
    receipt = offer(vendors[0], url, competition, 34_000)
    assert "tersegel" in receipt.content.decode()
    offer(vendors[1], url, competition, 33_000)

    # after the closing the PP opens, judges, decides
    competition.refresh_from_db()
    with contests.after(competition):
        assert pp.post(f"{url}buka/", form_of(pp.get(f"{url}buka/"))).status_code == 302
        assert Offer.objects.count() == 2
        judged = form_of(pp.get(f"{url}nilai/")) | {
            "administrative": "ya",
            "technical": "ya",
            "price": "ya",
        }
        assert pp.post(f"{url}nilai/", judged).status_code == 302
        assert (
            pp.post(f"{url}selesai-evaluasi/", form_of(pp.get(f"{url}selesai-evaluasi/"))).status_code == 302
        )
        assert pp.post(f"{url}tetapkan/", form_of(pp.get(f"{url}tetapkan/"))).status_code == 302

        order = Purchase.objects.get()
        assert (order.vendor, order.goods_total) == (sellers[1], 80 * 33_000)
        assert order.number in pp.get(url).content.decode()
        lost = vendors[0].get(url).content.decode()
        assert "Mengapa bukan Anda" in lost and "Rp2.640.000" in lost and "Rp2.720.000" in lost
        assert "Anda terpilih" in vendors[1].get(url).content.decode()
    assert Outcome.objects.count() == 2


@pytest.mark.parametrize("state", ["PUBLISHED", "CLOSED", "EVALUATED"])
def test_other_vendors_never_read_an_offer_before_the_decision(state: str) -> None:
    contest = contests.published(sellers=2)
    contest.offer(0, 31_337)
    contest.offer(1, 32_323)
    if state != "PUBLISHED":
        contest.open()
    other = people.signed_in(contest.owner_appointment(1))

    page = other.get(contest.thing.get_absolute_url()).content.decode()

    assert "31.337" not in page and "2.506.960" not in page


@pytest.mark.parametrize("role", [Role.PP, Role.PPK, Role.PA, Role.AUDITOR, Role.OPERATOR])
def test_no_page_shows_who_or_how_many_before_the_opening(role: Role) -> None:
    contest = contests.published(sellers=2)
    appointment = (
        contest.office.officers[role]
        if role in contest.office.officers
        else people.appointment(role, people.organisation(people.KIND_OF_ROLE[role]))
    )
    client = people.signed_in(appointment)
    paths = [contest.thing.get_absolute_url(), "/mini-kompetisi/", "/meja/", "/kabar/"]
    if role in {Role.AUDITOR, Role.OPERATOR}:
        paths.append(f"/audit/cerita/competition/{contest.thing.pk}/")
    before = [plain(client.get(path).content.decode()) for path in paths]

    contest.offer(0, 31_337)

    assert [plain(client.get(path).content.decode()) for path in paths] == before


def plain(page: str) -> str:
    """A page without what differs each time it is drawn."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page)


def test_foreigners_find_nothing() -> None:
    contest = contests.published(sellers=1)
    other_office = factories.office(region=people.region())
    stranger = stalls.vendor("Toko Kertas")
    factories.paper(stranger)
    visitors = [
        people.signed_in(other_office.officers[Role.PP]),
        people.signed_in(stranger.organisation.appointments.select_related("user").get(role=Role.VENDOR)),
        people.signed_in(
            people.appointment(
                Role.AUDITOR,
                people.organisation(
                    people.KIND_OF_ROLE[Role.AUDITOR], in_region=people.region("D001", "Provinsi Lain")
                ),
            )
        ),
    ]

    assert [visitor.get(contest.thing.get_absolute_url()).status_code for visitor in visitors] == [404] * 3


def test_a_draft_is_for_the_unit_alone() -> None:
    contest = contests.draft(sellers=1)
    vendor = people.signed_in(contest.owner_appointment(0))
    auditor = people.signed_in(people.appointment(Role.AUDITOR))

    assert vendor.get(contest.thing.get_absolute_url()).status_code == 404
    assert auditor.get(contest.thing.get_absolute_url()).status_code == 404


def test_pages_cost_few_queries(assert_max_queries: Any) -> None:
    contest = contests.opened(34_000, 33_000, 32_000)
    client = people.signed_in(contest.office.officers[Role.PP])
    client.get(contest.thing.get_absolute_url())

    with assert_max_queries(22):
        client.get(contest.thing.get_absolute_url())
    with assert_max_queries(12):
        client.get("/mini-kompetisi/")


def test_the_page_costs_the_same_with_more_offers(assert_flat_in_rows: Any) -> None:
    few, many = contests.opened(34_000), contests.opened(34_000, 33_000, 32_000, 31_000, 30_000)
    visited = [few]
    assert few.office.package.pk != many.office.package.pk

    def visit() -> None:
        contest = visited[-1]
        people.signed_in(contest.office.officers[Role.PP]).get(contest.thing.get_absolute_url())

    assert_flat_in_rows(visit, lambda: visited.append(many))

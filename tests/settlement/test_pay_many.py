"""Several approved payments started in one press: each its own act, none twice, one page to check, few clicks."""

from __future__ import annotations

import os
from typing import Any

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.settlement.models import PaymentAttempt
from tests import people
from tests.settlement.orders import Case, accepted, account_of
from tests.settlement.test_billing import approved

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/bayar/bersama/"
SMALL = [("BARANG", 10, 52_000)]


def payable(at: Any = None, **told: Any) -> Case:
    case = accepted(at=at, **told)
    approved(case)
    return case


def ticked(*cases: Case) -> dict[str, list[str]]:
    return {"pesanan": [f"{each.fresh().number}:{each.fresh().revision}" for each in cases]}


def test_two_orders_and_an_ls_one_are_checked_and_started_each_by_itself(stripe: Any) -> None:
    first = payable()
    unit = first.purchase.organisation
    second, by_treasury = payable(at=unit, lines=SMALL, shipping=0), payable(at=unit, mechanism="LS")
    client = people.signed_in(first.appointments[Role.TREASURER])
    listed = client.get("/bayar/").content.decode()
    assert ADDRESS in listed and listed.count('name="pesanan"') == 2

    page = client.get(ADDRESS, {"pesanan": [by_treasury.purchase.number, second.purchase.number]})
    assert page.context["left_out"] == [by_treasury.purchase.number]
    said = client.get(ADDRESS).content.decode()
    for figure in (
        "Rp20.868.000",
        "Rp2.350.000",
        "Rp18.518.000",
        account_of(second)[-4:],
        "tidak melebihi batas UP",
    ):
        assert figure in said, figure
    assert account_of(second) not in said
    assert [(each.orders, each.gross) for each in client.get(ADDRESS).context["sums"]] == [
        (2, 20_868_000 + second.purchase.total)
    ]

    sent = ticked(first, second, by_treasury)
    answer = client.post(ADDRESS, sent)
    assert answer.context["succeeded"] == 2
    assert [each.refused.code for each in answer.context["outcomes"] if each.refused] == [
        "payment.not_gateway"
    ]
    assert PaymentAttempt.objects.count() == 2
    started = Entry.objects.filter(act="payment.start")
    assert {entry.facts["via"] for entry in started} == {"bersama"}
    assert len({entry.deed for entry in started}) == 2

    before = Entry.objects.count()
    again = client.post(ADDRESS, sent)
    assert again.status_code == 409
    assert [each.refused.code for each in again.context["outcomes"]][:2] == ["payment.in_progress"] * 2
    assert (PaymentAttempt.objects.count(), Entry.objects.count()) == (2, before)


def test_an_outdated_page_starts_nothing(stripe: Any) -> None:
    case = payable()
    client = people.signed_in(case.appointments[Role.TREASURER])
    before = Entry.objects.count()
    answer = client.post(ADDRESS, {"pesanan": [f"{case.purchase.number}:{case.fresh().revision - 1}"]})
    assert [each.refused.code for each in answer.context["outcomes"]] == ["stale"]
    assert (PaymentAttempt.objects.count(), Entry.objects.count()) == (0, before)


def test_treasurers_of_other_units_and_other_roles_start_nothing(stripe: Any) -> None:
    case = payable()
    stranger = people.signed_in(people.appointment(Role.TREASURER))
    before = Entry.objects.count()
    assert stranger.get(ADDRESS).context["rows"] == []
    answer = stranger.post(ADDRESS, ticked(case))
    assert [each.refused.code for each in answer.context["outcomes"]] == ["not_found"]
    for role in (Role.PA, Role.PPK_SKPD, Role.VENDOR):
        assert people.signed_in(case.appointments[role]).get(ADDRESS).status_code == 403
    assert (PaymentAttempt.objects.count(), Entry.objects.count()) == (0, before)


def test_more_orders_cost_no_more_queries(stripe: Any, assert_flat_in_rows: Any) -> None:
    case = payable(lines=SMALL, shipping=0)
    client = people.signed_in(case.appointments[Role.TREASURER])
    unit = case.purchase.organisation
    assert_flat_in_rows(
        lambda: client.get(ADDRESS),
        lambda: [payable(at=unit, lines=SMALL, shipping=0) for _number in range(4)],
    )
    assert_flat_in_rows(lambda: client.get("/bayar/"), lambda: payable(at=unit, lines=SMALL, shipping=0))


@pytest.mark.long
def test_twenty_orders_in_six_clicks_in_a_real_browser(stripe: Any, live_server: Any, page: Any) -> None:
    cases = [payable(lines=SMALL, shipping=0)]
    unit = cases[0].purchase.organisation
    cases += [payable(at=unit, lines=SMALL, shipping=0) for _number in range(19)]
    clicks = 0

    def press(found: Any) -> None:
        nonlocal clicks
        clicks += 1
        found.first.click()

    page.set_viewport_size({"width": 1366, "height": 900})
    page.goto(f"{live_server.url}/masuk/")
    page.fill("[name=login]", cases[0].appointments[Role.TREASURER].user.email)
    page.fill("[name=password]", "rahasia-sekali")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/meja/")
    press(page.locator("main a[href='/bayar/']"))
    press(page.get_by_role("button", name="Bayar beberapa pesanan"))
    assert page.locator("input[name=pesanan]:checked").count() == 20
    for width in (360, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (width, wide)
        if folder := os.environ.get("EORDER_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/bayar-bersama-{width}.png", full_page=True)
    press(page.get_by_role("button", name="Bayar 20 pesanan"))
    page.get_by_text("20 berhasil, 0 ditolak.").wait_for()
    assert clicks <= 6
    assert PaymentAttempt.objects.count() == 20

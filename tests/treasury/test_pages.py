"""The treasury's pages over HTTP: from NPD to SP2D by clicks, closed to other units, few queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.treasury.models import PaymentRequest
from tests import people
from tests.settlement.orders import SCAN
from tests.treasury.test_requests import NET, Desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    return Desk(people.organisation())


def browser(desk: Desk, role: Role) -> Client:
    return people.signed_in(Appointment.objects.select_related("user").get(pk=desk[role].appointment_id or 0))


def take(client: Client, request: PaymentRequest, move: str, **typed: Any) -> None:
    address = f"/perbendaharaan/{request.pk}/{move}/"
    page = client.get(address)
    assert page.status_code == 200, page.content.decode()[:500]
    revision = PaymentRequest.objects.get(pk=request.pk).revision
    answer = client.post(address, {"revision": revision, **typed})
    assert answer.status_code == 302, answer.content.decode()[:2000]


def test_from_npd_to_sp2d_by_clicks_alone(desk: Desk) -> None:
    case = desk.order(mechanism="LS")
    pptk = browser(desk, Role.PPTK)
    assert "1 pesanan LS menunggu NPD" in pptk.get("/meja/").content.decode()
    assert case.purchase.number in pptk.get("/perbendaharaan/ls/").content.decode()
    empty = pptk.post("/perbendaharaan/ls/", {})
    assert empty.status_code == 409 and "Belum ada pesanan" in empty.content.decode()
    assert pptk.post("/perbendaharaan/ls/", {"pesanan": [case.purchase.number]}).status_code == 302
    request = PaymentRequest.objects.get()
    treasurer, checker = browser(desk, Role.TREASURER), browser(desk, Role.PPK_SKPD)
    assert request.number in treasurer.get("/meja/").content.decode()
    take(treasurer, request, "spp")
    take(checker, request, "verify")
    take(browser(desk, Role.PA), request, "sign")
    scan = SimpleUploadedFile("sp2d.pdf", SCAN, "application/pdf")
    typed = {"number": "SP2D-7", "dated": clock.today().isoformat(), "amount": f"{NET}", "file": scan}
    take(treasurer, request, "record_sp2d", **typed)
    take(checker, request, "verify_sp2d")
    assert case.fresh().state == "PAID"
    said = checker.get(f"/perbendaharaan/{request.pk}/").content.decode()
    assert "SP2D-7" in said and "Rp18.518.000" in said and "1234567890" not in said
    assert request.number[:3] in treasurer.get("/perbendaharaan/").content.decode()
    book = treasurer.get("/perbendaharaan/bku/").content.decode()
    assert "Terima SP2D-LS" in book and "Rp2.068.000" in book
    table = treasurer.get("/perbendaharaan/bku/?berkas=csv").content.decode()
    assert "Saldo akhir;20868000" not in table and ";23218000;20868000;2350000" in table


def test_up_gu_and_tu_are_asked_for_on_their_pages(desk: Desk) -> None:
    treasurer, pptk = browser(desk, Role.TREASURER), browser(desk, Role.PPTK)
    assert "Rp1.000.000.000" in treasurer.get("/perbendaharaan/up/").content.decode()
    assert treasurer.post("/perbendaharaan/up/").status_code == 302
    assert treasurer.post("/perbendaharaan/up/").status_code == 409
    assert treasurer.post("/perbendaharaan/gu/").status_code == 409
    typed = {"amount": "5.000.000", "purpose": "Konsumsi rapat koordinasi"}
    assert pptk.post("/perbendaharaan/tu/", typed).status_code == 302
    assert set(PaymentRequest.objects.values_list("kind", "state")) == {("UP", "SPP"), ("TU", "NPD")}


def test_other_units_and_vendors_find_nothing(desk: Desk) -> None:
    case = desk.order(mechanism="LS")
    pptk = browser(desk, Role.PPTK)
    pptk.post("/perbendaharaan/ls/", {"pesanan": [case.purchase.number]})
    request = PaymentRequest.objects.get()
    stranger = people.signed_in(people.appointment(Role.TREASURER))
    assert stranger.get(f"/perbendaharaan/{request.pk}/").status_code == 404
    assert stranger.post(f"/perbendaharaan/{request.pk}/spp/", {"revision": 0}).status_code == 404
    assert request.number not in stranger.get("/perbendaharaan/").content.decode()
    vendor = people.signed_in(case.appointments[Role.VENDOR])
    assert vendor.get("/perbendaharaan/").status_code == 403
    assert vendor.get("/perbendaharaan/bku/").status_code == 403
    request.refresh_from_db()
    assert request.state == "NPD"


def test_lists_cost_no_more_queries_with_more_rows(desk: Desk, assert_flat_in_rows: Any) -> None:
    pptk = browser(desk, Role.PPTK)

    def another(times: int = 1, *, asked: bool = True) -> None:
        for _time in range(times):
            case = desk.order(mechanism="LS")
            sent = {"pesanan": [case.purchase.number]} if asked else {}
            assert pptk.post("/perbendaharaan/ls/", sent).status_code == (302 if asked else 409)

    another()
    another(asked=False)
    treasurer = browser(desk, Role.TREASURER)
    assert_flat_in_rows(lambda: treasurer.get("/perbendaharaan/"), lambda: another(3))
    assert_flat_in_rows(lambda: treasurer.get("/meja/"), another)
    assert_flat_in_rows(lambda: pptk.get("/perbendaharaan/ls/"), lambda: another(2, asked=False))

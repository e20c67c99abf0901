"""Planning's and administration's pages in a real browser: no accessibility fault, nothing sticks out on a phone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.administration import actions as administration
from marketplace.core import clock
from marketplace.workflow.door import doing
from procurement.planning import actions
from procurement.planning.models import Package
from tests import people
from tests.journeys import browser as looks
from tests.planning import plans
from tests.planning.test_import import as_csv, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def package() -> Package:
    """A prepared package with money in several places and a history."""
    made = plans.prepared()
    assert made.pp is not None
    with doing(actor=Actor.of(made.pp)) as deed:
        line = made.lines.get()
        actions.reserve(deed, line.pk, 9_000_000, reference="EO-1")
        actions.commit(deed, line.pk, 4_000_000, reference="EO-1")
    plans.package(
        at=made.organisation, name="Belanja sapu lidi dan alat kebersihan kantor selama setahun penuh"
    )
    return made


def opened(page: Page, server: Any, client: Client, address: str) -> Page:
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
    page.goto(server.url + address)
    return page


def complaints(page: Page) -> list[str]:
    found = []
    for size in (looks.OFFICE, looks.PHONE, looks.NARROWEST):
        page.set_viewport_size(size)
        found += [f"{size['width']}: {fault}" for fault in looks.examine(page)]
    return found


@pytest.mark.long
def test_the_pages_of_a_unit(page: Page, live_server: Any, package: Package, page_errors: list[str]) -> None:
    assert package.ppk is not None
    pa = people.signed_in(people.appointment(Role.PA, package.organisation))
    fresh = Package.objects.exclude(pk=package.pk).get()
    visits = [
        (pa, "/paket/"),
        (pa, "/paket/?q=tidak-ada"),
        (pa, package.get_absolute_url()),
        (pa, reverse("package-dispose", args=[fresh.kd_rup])),
        (pa, reverse("package-close", args=[fresh.kd_rup])),
        (people.signed_in(package.ppk), reverse("package-prepare", args=[fresh.kd_rup])),
    ]
    for client, address in visits:
        assert complaints(opened(page, live_server, client, address)) == [], address
    assert page_errors == []


@pytest.mark.long
def test_the_pages_of_an_operator(page: Page, live_server: Any, page_errors: list[str]) -> None:
    operator = people.appointment(Role.OPERATOR)
    client, other = people.signed_in(operator), people.actor(Role.OPERATOR)
    proposed = administration.propose_parameter(
        actor=other, code="timer.awaiting_ppk", value=5, valid_from=clock.today(), legal_basis="Pergub 5/2026"
    )
    for address in (
        "/kelola/penunjukan/",
        "/kelola/penunjukan/baru/",
        f"/kelola/penunjukan/{operator.pk}/akhiri/",
        "/kelola/parameter/",
        "/kelola/parameter/usul/",
        f"/kelola/parameter/{proposed.pk}/",
        "/aturan/kalender/",
        "/aturan/kalender/usul/",
        "/paket/impor/",
    ):
        assert complaints(opened(page, live_server, client, address)) == [], address
    assert page_errors == []


def test_importing_by_hand(page: Page, live_server: Any) -> None:
    client = people.signed_in(people.appointment(Role.OPERATOR))
    opened(page, live_server, client, "/paket/impor/")
    content = BytesIO(as_csv(rows({}, {"pagu": "-1"}))).getvalue()
    page.get_by_label("Berkas RUP").set_input_files(
        {"name": "rup.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Periksa berkas").click()
    assert complaints(page) == []
    assert not Package.objects.exists()
    page.get_by_label("Impor paket yang benar saja").check()
    page.get_by_role("button", name="Impor sekarang").click()
    page.get_by_role("heading", name="Berkas RUP diimpor").wait_for()
    assert complaints(page) == []
    assert Package.objects.count() == 1

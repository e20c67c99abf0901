"""Planning's pages: who sees what, forms that move packages, the import in two steps, query budgets."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.roles import Role
from procurement.planning.models import Package, PlanUpload
from tests import people
from tests.planning import plans
from tests.planning.test_import import GOOD, as_csv, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return people.organisation()


def pp_client(package: Package) -> Client:
    assert package.pp is not None
    return people.signed_in(package.pp)


def client_of(role: Role, at):
    return people.signed_in(people.appointment(role, at))


def test_the_list_shows_the_units_packages_and_no_others(unit) -> None:
    mine, foreign = plans.package(at=unit, name="Paket kami"), plans.package(name="Paket orang")
    answer = client_of(Role.PA, unit).get("/paket/")
    assert answer.status_code == 200
    assert mine.name in answer.text
    assert foreign.name not in answer.text
    assert "Rp25.000.000" in answer.text


@pytest.mark.parametrize("role", [Role.VENDOR, Role.CURATOR])
def test_those_who_neither_buy_nor_watch_are_turned_away(role: Role) -> None:
    client = people.signed_in(people.appointment(role))
    assert client.get("/paket/").status_code == 403
    assert client.get("/paket/impor/").status_code == 403


def test_strangers_are_asked_to_sign_in_and_foreign_packages_are_not_found(client, unit) -> None:
    package = plans.package(at=unit)
    assert client.get("/paket/").status_code == 302
    for name in ("package", "package-dispose", "package-close"):
        assert (
            client_of(Role.PA, people.organisation()).get(reverse(name, args=[package.kd_rup])).status_code
            == 404
        )


def test_pages_reach_every_package_once(unit) -> None:
    for _number in range(60):
        plans.package(at=unit)
    client, url, seen = client_of(Role.PPK, unit), "/paket/", []
    while url:
        answer = client.get(url)
        seen += [package.pk for package, _bar in answer.context["packages"]]
        url = answer.context["next_url"] and f"/paket/{answer.context['next_url']}"
    assert sorted(seen) == sorted(Package.objects.values_list("pk", flat=True))
    assert len(seen) == 60


@pytest.mark.parametrize(
    "query", ["setelah=abc", "setelah=-1", f"setelah={'9' * 18}", "status=X", "q=%00", "q=" + "a" * 5_000]
)
def test_odd_addresses_do_no_harm(unit, query: str) -> None:
    assert client_of(Role.PA, unit).get(f"/paket/?{query}").status_code == 200


def test_filters(unit) -> None:
    plans.package(at=unit, name="Belanja sapu")
    found = plans.prepared(at=unit)
    client = pp_client(found)
    assert "sapu" not in client.get("/paket/?milik=saya").text
    assert "sapu" not in client.get("/paket/?status=PREPARED").text
    assert "Belanja sapu" in client.get("/paket/?q=SAPU").text
    assert found.kd_rup in client.get(f"/paket/?q={found.kd_rup}").text


def test_the_list_and_the_page_keep_their_query_budgets(
    unit, assert_max_queries, assert_flat_in_rows
) -> None:
    package = plans.prepared(at=unit)
    client = pp_client(package)
    for page in ("/paket/", package.get_absolute_url()):
        client.get(page)  # rules and holidays are kept in memory
    with assert_max_queries(12):
        client.get("/paket/")
    with assert_max_queries(12):
        client.get(package.get_absolute_url())
    assert_flat_in_rows(lambda: client.get("/paket/"), lambda: [plans.package(at=unit) for _ in range(10)])
    assert_flat_in_rows(
        lambda: client.get(package.get_absolute_url()), lambda: [plans.line(package, 5) for _ in range(10)]
    )


def test_the_whole_preparation_by_forms(unit) -> None:
    package = plans.package(at=unit)
    pa, ppk, pp = (people.appointment(role, unit) for role in (Role.PA, Role.PPK, Role.PP))
    page = people.signed_in(pa).get(package.get_absolute_url())
    url = reverse("package-dispose", args=[package.kd_rup])
    assert url in page.text
    answer: Any = people.signed_in(pa).post(url, {"ppk": ppk.pk, "revision": 0})
    assert (answer.status_code, answer.url) == (302, package.get_absolute_url())

    url = reverse("package-prepare", args=[package.kd_rup])
    typed = {
        "revision": 1,
        "pp": pp.pk,
        "kak_purpose": "Pelayanan",
        "kak_specification": "Kertas",
        "kak_delivery": "Di kantor",
        "hps_total": "9.645.000",
        "hps_basis": "Harga tayang",
    }
    client = people.signed_in(ppk)
    refused = client.post(url, {**typed, "hps_total": "25.000.001"})
    assert refused.status_code == 409
    assert "Rp25.000.001" in refused.text
    assert "Rp25.000.000" in refused.text
    assert "Kertas" in refused.text
    assert client.post(url, {**typed, "hps_total": "dua puluh"}).status_code == 422
    fake = BytesIO(b"MZ not a pdf")
    fake.name = "kak.pdf"
    assert "bukan PDF" in client.post(url, {**typed, "kak_file": fake}).text
    assert client.post(url, typed).status_code == 302
    package.refresh_from_db()
    assert (package.state, package.hps_total, package.pp) == ("PREPARED", 9_645_000, pp)
    assert "Kertas" in people.signed_in(pp).get(package.get_absolute_url()).text


def upload(client, content: bytes):
    file = BytesIO(content)
    file.name = "rup.csv"
    return client.post("/paket/impor/", {"file": file})


def test_an_operator_imports_in_two_steps() -> None:
    operator = people.appointment(Role.OPERATOR)
    client = people.signed_in(operator)
    preview = upload(client, as_csv(rows({}, {"pagu": "x"})))
    assert preview.status_code == 200
    assert not Package.objects.exists()
    assert "Pagu harus rupiah bulat" in preview.text
    held = PlanUpload.objects.get()
    refused = client.post("/paket/impor/", {"upload": held.pk, "choice": "whole-file"})
    assert (refused.status_code, Package.objects.count()) == (409, 0)
    done = client.post("/paket/impor/", {"upload": held.pk, "choice": "good-rows"})
    assert (done.status_code, Package.objects.count()) == (200, 1)
    assert not PlanUpload.objects.exists()
    assert client.post("/paket/impor/", {"upload": held.pk, "choice": "good-rows"}).status_code == 404


def test_a_pa_imports_for_the_own_unit_alone(unit) -> None:
    client = client_of(Role.PA, unit)
    assert "bukan milik" in upload(client, as_csv([GOOD])).text
    assert upload(client, as_csv([{**GOOD, "kd_satker": unit.code}])).context["report"].created == 1


def test_nobody_imports_a_file_held_by_another() -> None:
    upload(people.signed_in(people.appointment(Role.OPERATOR)), as_csv([GOOD]))
    held = PlanUpload.objects.get()
    other = people.signed_in(people.appointment(Role.OPERATOR))
    assert other.post("/paket/impor/", {"upload": held.pk, "choice": "whole-file"}).status_code == 404
    assert not Package.objects.exists()


def test_a_workbook_is_refused_on_the_page() -> None:
    client = people.signed_in(people.appointment(Role.OPERATOR))
    answer = upload(client, b"PK\x03\x04...")
    assert answer.status_code == 409
    assert "Excel" in answer.text
    assert "simpan sebagai CSV" in answer.text
    assert client.post("/paket/impor/", {}).status_code == 422
    assert client.post("/paket/impor/", {"upload": "x", "choice": "y"}).status_code == 409

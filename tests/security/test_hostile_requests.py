"""Requests that no page of ours makes: odd addresses, bodies without end, hosts and ways out that are not ours."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.oscar.baskets import Line
from tests import people
from tests.house.addresses import addresses
from tests.purchasing import factories

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    "path",
    [
        "/pesanan/%00/",
        "/v/%00/",
        "/dokumen/%00/",
        "/bayar/%00/",
        "/audit/cerita/purchase/%00/",
        "/audit/cerita/%00/1/",
    ],
)
@pytest.mark.parametrize("role", [Role.PPK, Role.AUDITOR, Role.OPERATOR, Role.VENDOR])
def test_an_address_with_a_nul_names_nothing(client_for: Any, role: Role, path: str) -> None:
    assert client_for(role).get(path).status_code in {403, 404}


@pytest.mark.parametrize(
    "path", ["/tlog/tile/..%2f..%2fetc/passwd", "/media/produk/..%2f../x", "/%2e%2e/manage.py"]
)
def test_no_address_leads_out_of_its_folder(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("day", "status"), [("2199-12-31", 200), ("9999-12-31", 400), ("0001-01-01", 400)])
def test_days_are_asked_for_as_far_as_there_are_any(client_for: Any, day: str, status: int) -> None:
    assert client_for(Role.AUDITOR).get(f"/audit/?sampai={day}").status_code == status


def upload(size: int) -> dict[str, Any]:
    return {"login": "x", "file": io.BytesIO(b"\0" * size)}


def test_a_stranger_sends_no_more_than_a_paper(client: Client) -> None:
    assert client.post("/masuk/", upload(5 * MEGABYTE)).status_code == 200
    assert client.post("/masuk/", upload(7 * MEGABYTE)).status_code == 400


def test_nobody_sends_more_than_six_photos(client_for: Any) -> None:
    ppk = client_for(Role.PPK)

    assert ppk.post("/peran/", upload(7 * MEGABYTE)).status_code == 403  # read, then refused for what it says
    assert ppk.generic("POST", "/peran/", b"x", CONTENT_LENGTH=str(53 * MEGABYTE)).status_code == 400


@pytest.mark.parametrize("length", ["-1", "1e3", "²", "9" * 400])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    assert client.generic("POST", "/masuk/", b"x", CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize(
    "target", ["//jahat.test/", "https://jahat.test/", "javascript:alert(1)", "/\\jahat.test"]
)
def test_nothing_leads_to_another_site(target: str) -> None:
    who = people.appointment(Role.PPK)
    ppk = people.signed_in(who)

    chosen = ppk.post("/peran/", {"appointment": who.pk, "next": target})
    language = ppk.post("/bahasa/pilih/", {"language": "id", "next": target})
    signed_in = Client().post(
        f"/masuk/?next={target}", {"login": who.user.email, "password": "rahasia-sekali"}
    )

    for answer in (chosen, language, signed_in):
        assert answer.status_code == 302
        assert "jahat" not in answer["Location"] and "javascript" not in answer["Location"]


def test_a_link_for_a_new_password_names_our_host_alone(client: Client, mailoutbox: list[Any]) -> None:
    victim = people.user()

    for header in ("HTTP_HOST", "HTTP_X_FORWARDED_HOST"):
        forged: dict[str, Any] = {header: "jahat.test"}
        client.post("/sandi/lupa/", {"email": victim.email}, **forged)

    assert all("jahat" not in mail.body for mail in mailoutbox)


@pytest.mark.parametrize(
    "path", ["/masuk/", "/keluar/", "/peran/", "/bahasa/pilih/", "/sandi/lupa/", "/akun/sandi/"]
)
def test_a_form_of_another_site_is_refused(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.appointment(Role.PPK).user)

    assert client.post(path, {"x": "1"}).status_code == 403


def test_only_the_provider_posts_without_a_token() -> None:
    """Every view but those that a provider or bank calls, each with its signature, is under CSRF protection."""
    exempt = {each.route for each in addresses() if getattr(each.view, "csrf_exempt", False)}

    assert exempt == {
        "webhook/stripe/",
        "snap/v1.0/access-token/b2b",
        "snap/v1.0/transfer-va/inquiry",
        "snap/v1.0/transfer-va/payment",
        "snap/v1.0/qr/qr-mpm-notify",
    }


@pytest.mark.parametrize(
    "written", ["1.5", "1,5", "-1", "1e3", "²", "٣", "+5", "", "1.0000", "9999999999", "NaN", "0x1"]
)
def test_a_quantity_is_a_whole_number_or_nothing(client_for: Any, written: str) -> None:
    listing = factories.paper()
    buyer = client_for(Role.PP)

    answer = buyer.post("/keranjang/tambah/", {"product": listing.product_id, "quantity": written})

    assert answer.status_code == 409
    assert not Line.objects.exists()

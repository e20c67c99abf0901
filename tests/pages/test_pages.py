"""The shared pages over HTTP: they answer, say what they should, and carry the safety headers."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

PUBLIC = (
    "/",
    "/masuk/",
    "/sandi/lupa/",
    "/sandi/lupa/terkirim/",
    "/bahasa/",
    "/komponen/",
    "/akun/daftar/",
    "/akun/nonaktif/",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_page_answers_in_indonesian(client: Client, address: str) -> None:
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="id"' in page
    assert page.count("<h1") == 1

"""The commands others rely on."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from search.models import ListingCard
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)


def asked(*words: str) -> str:
    out = StringIO()
    call_command("search", *words, stdout=out)
    return out.getvalue()


def test_search_answers_as_json_and_in_words():
    stalls.listing(stalls.vendor())

    answer = json.loads(asked("nasi kotka", "--json"))
    assert (answer["total"], answer["engine"], answer["corrected"]) == (1, "postgresql", "nasi kotak")
    assert answer["hits"][0]["title"] == "Nasi kotak ayam bakar"
    assert {each["value"]: each["count"] for each in answer["facets"]["jenis"]} == {"KATERING": 1}
    assert asked("nasi", "--filter", "jenis=BARANG").startswith("0 produk")
    assert "Rp35.000 / kotak" in asked("")


def test_search_rebuild_mends_a_lost_card():
    stalls.listing(stalls.vendor())
    ListingCard.objects.all().delete()
    out = StringIO()

    call_command("search_rebuild", stdout=out)

    assert out.getvalue().startswith("1 produk tayang diindeks")
    assert ListingCard.objects.count() == 1

"""The commands others rely on."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from search.models import Collection, CollectionDocument, ListingCard
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


DOCUMENTS = [
    {"id": "B01", "title": "Sony WH-1000XM4 Wireless Headphones", "brand": "Sony", "price": "348.00",
     "description": "These are the best noise cancelling headphones for the road", "category": "Audio"},
    {"id": "B02", "title": "Sony headphone stand", "brand": "Elevation", "description": "A stand for your headphones"},
    {"id": "B03", "title": "Logitech wireless mouse", "brand": "Logitech", "attributes": {"color": "black"}},
]  # fmt: skip


@pytest.fixture
def documents(tmp_path):
    path = tmp_path / "documents.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in DOCUMENTS))
    call_command("index_documents", str(path), "--profile", "gadgets", stdout=StringIO())
    return path


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("sony wh1000xm4", "B01"),
        ("wireles headphone", "B01"),
        ("headphones stand", "B02"),
        ("black mouse", "B03"),
        ("noise cancelling sony", "B01"),
    ],
)
def test_a_collection_beside_the_market_is_searched_by_itself(documents, question, first):
    stalls.listing(stalls.vendor(), "Mouse wireless Logitech", description="")

    answer = json.loads(asked(question, "--profile", "gadgets", "--json"))

    assert answer["hits"][0]["id"] == first
    assert {hit["id"] for hit in answer["hits"]} <= {"B01", "B02", "B03"}
    assert Collection.objects.get().language == "en"
    assert json.loads(asked("headphones", "--json"))["total"] == 0


def test_a_line_that_cannot_be_read_leaves_the_collection_as_it_was(documents):
    documents.write_text('{"id": 1, "title": "x"}\n{"title": "no id"}\n')

    with pytest.raises(CommandError, match="Baris 2"):
        call_command("index_documents", str(documents), "--profile", "gadgets", stdout=StringIO())

    assert sorted(CollectionDocument.objects.values_list("key", flat=True)) == ["B01", "B02", "B03"]


def test_an_unknown_collection_is_named_with_those_there_are(documents):
    with pytest.raises(CommandError, match="gadgets"):
        asked("x", "--profile", "gizmos")


def test_points_are_told_by_part():
    stalls.listing(stalls.vendor())

    hit = json.loads(asked("nasi kotak", "--json", "--explain"))["hits"][0]

    assert sum(hit["why"].values()) == hit["score"]

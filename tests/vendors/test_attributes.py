"""What an offer says about itself: typed, bounded, and told in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.attributes import ATTRIBUTES, WrongAttributes, checked, described
from vendors.models import Listing


def test_every_kind_of_offer_has_its_attributes():
    assert set(ATTRIBUTES) == set(Listing.Kind.values)


@pytest.mark.parametrize(
    ("kind", "given_values", "kept"),
    [
        ("KATERING", {"menu": " nasi,  ayam bakar "}, {"menu": "nasi, ayam bakar"}),
        (
            "KATERING",
            {"menu": "nasi", "serving": "prasmanan", "shelf_hours": "6"},
            {"menu": "nasi", "serving": "PRASMANAN", "shelf_hours": 6},
        ),
        ("BARANG", {"brand": "Sidu", "weight_g": "2.300", "model": ""}, {"brand": "Sidu", "weight_g": 2300}),
        (
            "JASA",
            {"scope": "bersih kaca", "tools_included": "Ya"},
            {"scope": "bersih kaca", "tools_included": True},
        ),
    ],
)
def test_what_people_type_is_kept_typed(kind, given_values, kept):
    assert checked(kind, given_values) == kept


@pytest.mark.parametrize(
    ("kind", "given_values", "codes"),
    [
        ("KATERING", {}, {"menu"}),
        ("KATERING", {"menu": "x" * 501}, {"menu"}),
        ("BARANG", {"brand": "Sidu", "weight_g": "-1"}, {"weight_g"}),
        ("BARANG", {"brand": "Sidu", "weight_g": "2,5"}, {"weight_g"}),
        ("BARANG", {"brand": "Sidu", "warranty_months": "601", "menu": "nasi"}, {"warranty_months", "menu"}),
        ("JASA", {"scope": "x", "tools_included": "mungkin"}, {"tools_included"}),
        ("JASA", {"scope": "x", "people": True}, {"people"}),
        ("KATERING", {"menu": "x", "serving": "ember"}, {"serving"}),
    ],
)
def test_what_cannot_be_taken_is_named_by_attribute(kind, given_values, codes):
    with pytest.raises(WrongAttributes) as wrong:
        checked(kind, given_values)

    assert set(wrong.value.problems) == codes


def test_attributes_are_told_in_reading_order_with_their_units():
    told = described("KATERING", {"shelf_hours": 6, "menu": "nasi, ayam", "serving": "KOTAK"})

    assert told == [
        ("Isi menu", "nasi, ayam"),
        ("Cara penyajian", "Nasi kotak atau dus"),
        ("Tahan dimakan", "6 jam"),
    ]


@settings(deadline=None)
@given(
    st.sampled_from(sorted(ATTRIBUTES)),
    st.dictionaries(
        st.sampled_from(sorted({each.code for table in ATTRIBUTES.values() for each in table})),
        st.one_of(st.text(max_size=40), st.integers(), st.booleans(), st.none()),
    ),
)
def test_what_was_kept_is_kept_again_unchanged(kind, given_values):
    try:
        kept = checked(kind, given_values)
    except WrongAttributes:
        return
    assert checked(kind, kept) == kept

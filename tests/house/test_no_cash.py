"""No cash anywhere: no payment instrument of that name, in no model and in no table."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps
from django.db import connection

from tests.house.code import parsed, sources

CASH = re.compile(r"(?:^|_)(cash|tunai)(?:_|$)", re.IGNORECASE)
NOT_AN_INSTRUMENT: dict[str, str] = {}
"""Values that hold the word and are no way to pay, each with the reason."""


def constants(source):
    """Every short text constant, and every constant's name (an enum's member is one)."""
    for node in source.nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 40:
            yield source.at(node), node.value
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper():
            yield source.at(node), node.id


def cash_in(source) -> list[str]:
    """Places where a constant or an assigned name is cash."""
    return [
        f"{place}: {value}"
        for place, value in constants(source)
        if CASH.search(value) and value not in NOT_AN_INSTRUMENT
    ]


def test_no_constant_is_a_cash_instrument():
    assert not [fault for source in sources() for fault in cash_in(source)]


@pytest.mark.parametrize(
    "text", ["CASH = 1", "kind = 'cash'", "TUNAI = 'TUNAI'", "choices = [('CASH', 'x')]"]
)
def test_cash_is_seen(text):
    assert cash_in(parsed(text))


def test_no_field_offers_cash():
    offered = [
        f"{model._meta.label}.{field.name}: {value}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        for value, _label in field.flatchoices
        if CASH.search(str(value)) and value not in NOT_AN_INSTRUMENT
    ]

    assert not offered


@pytest.mark.django_db
def test_no_constraint_or_enum_of_the_database_allows_cash():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'c' "
            "UNION ALL SELECT enumtypid::regtype::text, enumlabel FROM pg_enum"
        )
        allowing = [
            row
            for row in cursor.fetchall()
            if [
                word
                for word in re.findall(r"\w+", row[1])
                if CASH.search(word) and word not in NOT_AN_INSTRUMENT
            ]
        ]

    assert not allowing

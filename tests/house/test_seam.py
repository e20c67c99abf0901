"""The seam to Oscar: haystack stays out, and the schema is made with Oscar's tables in it."""

from __future__ import annotations

import sys

import pytest
from django.db import connection


@pytest.mark.django_db
def test_oscars_tables_are_there():
    tables = set(connection.introspection.table_names())

    assert {"catalogue_product", "partner_stockrecord", "order_order", "basket_basket"} <= tables


def test_haystack_is_never_imported():
    assert "haystack" not in sys.modules

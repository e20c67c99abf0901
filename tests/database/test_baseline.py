"""After a test that committed, the next one finds the database as it was."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.sites.models import Site
from django.db import connection

from tests import baseline

TABLES = """
    SELECT (SELECT count(*) FROM auth_permission), (SELECT count(*) FROM auth_group), (SELECT name FROM django_site)
"""


def facts() -> tuple[object, ...]:
    """What this test changes and wants back."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        row: tuple[object, ...] = cursor.fetchone()
        return row


@pytest.mark.django_db(transaction=True)
def test_added_changed_and_deleted_rows_come_back():
    before = facts()
    Group.objects.create(name="new")
    Site.objects.update(name="changed")
    Permission.objects.all().delete()
    assert facts() != before

    baseline.restore(connection)

    assert facts() == before
    assert Permission.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_new_rows_do_not_meet_the_numbers_of_restored_ones():
    baseline.restore(connection)

    assert Site.objects.create(domain="second.test", name="second").pk not in {1, None}

"""The rules that ship with the project come into the database by an act of the system, told row by row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from marketplace.audit.models import Entry
from marketplace.regulation.models import Holiday, Parameter
from tests.comparing import findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def _loaded(settings: Any) -> None:
    """A new installation: the baseline of the tests came without entries."""
    settings.AUDIT_TABLES = "marketplace.workflow.agreement.TABLES"
    Parameter.objects.all().delete()
    Holiday.objects.all().delete()
    call_command("load_regulation", verbosity=0)


@pytest.mark.usefixtures("_loaded")
def test_every_row_of_the_files_has_its_entry_and_loading_again_writes_none() -> None:
    told = Entry.objects.count()
    assert told == Parameter.objects.count() + Holiday.objects.count()
    assert findings() == set()
    call_command("load_regulation", verbosity=0)
    assert Entry.objects.count() == told


@pytest.mark.usefixtures("_loaded")
def test_a_rule_or_holiday_made_or_changed_past_the_log_is_found() -> None:
    day = Holiday.objects.create(day=date(2097, 1, 1), name="Hari karangan", kind="LIBUR", legal_basis="SKB")
    made = Parameter.objects.create(
        code="payment.up_max_per_payee", value=1, unit="rupiah", valid_from=date(2097, 1, 1), state="PROPOSED"
    )
    changed = Parameter.objects.filter(code="payment.up_max_per_payee").exclude(pk=made.pk)[0]
    Parameter.objects.filter(pk=changed.pk).update(value=999_000_000)
    Holiday.objects.filter(day=date(2026, 8, 17)).update(name="Hari lain")

    assert findings() == {
        ("thing_unknown", f"holiday {day.pk}"),
        ("thing_unknown", f"parameter {made.pk}"),
        ("figure", f"parameter {changed.pk}"),
        ("figure", "holiday 2026-08-17"),
    }


@pytest.mark.usefixtures("_loaded")
def test_a_value_that_a_later_file_gives_its_end_is_told_again() -> None:
    old = Parameter.objects.filter(region=None, valid_to__isnull=False).earliest("valid_from", "code")
    Parameter.objects.filter(code=old.code, valid_from__gt=old.valid_from).delete()
    last_day, old.valid_to = old.valid_to, None
    old.save()
    assert ("figure", f"parameter {old.pk}") in findings()

    call_command("load_regulation", verbosity=0)

    old.refresh_from_db()
    assert old.valid_to == last_day
    entries = Entry.objects.filter(aggregate_type="parameter", aggregate_id=str(old.pk))
    assert [each.act for each in entries] == ["parameter.load"] * 2
    assert ("figure", f"parameter {old.pk}") not in findings()

"""The real plan of one ministry, as LKPP publishes it: every rupiah of it arrives."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Sum

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.audit.models import Entry
from procurement.planning.importing.plan import import_plan
from procurement.planning.importing.units import import_units
from procurement.planning.models import BudgetLine, BudgetMovement, ImportRun, Package, PlanRevision

LKPP = Path(settings.BASE_DIR).parent / "shared" / "data" / "lkpp"
PLAN = LKPP / "rup-paket-anggaran-penyedia_2025.csv"
UNITS = LKPP / "rup-master-satker_2026.csv"
LINES, PAGU = 3_281, 650_342_764_569
SYSTEM = Actor.system("uji")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not PLAN.exists(), reason="LKPP's published files are not beside the project"),
]


def import_real(content: bytes | None = None):
    return import_plan(actor=SYSTEM, file_name=PLAN.name, content=content or PLAN.read_bytes())


def test_the_whole_plan_arrives_to_the_rupiah_and_a_second_time_changes_nothing() -> None:
    report = import_real()
    assert report.applied
    assert (report.rows, report.created, report.rejected, report.pagu) == (LINES, LINES, 0, PAGU)
    assert report.unknown_columns == []
    for figure in (Package, BudgetLine):
        assert figure.objects.aggregate(total=Sum("pagu"))["total"] == PAGU
    assert BudgetLine.objects.aggregate(total=Sum("available"))["total"] == PAGU
    assert BudgetMovement.objects.filter(kind="OPEN").aggregate(total=Sum("amount"))["total"] == PAGU
    assert Package.objects.filter(announced=False).count() == 26
    assert not BudgetLine.objects.filter(rekening="").exists()
    assert Package.objects.values("organisation").distinct().count() == 45
    assert Entry.objects.filter(act="package.announce").count() == LINES
    assert Entry.objects.get(act="plan.import").facts["pagu_rupiah"] == PAGU

    entries = Entry.objects.count()
    again = import_real()
    assert (again.created, again.changed, again.unchanged) == (0, 0, LINES)
    assert PlanRevision.objects.count() == LINES
    assert BudgetMovement.objects.count() == LINES
    assert ImportRun.objects.count() == 2
    assert Entry.objects.count() == entries + 1

    raised = PLAN.read_bytes().replace(b",2025,14400000,", b",2025,14400001,", 1)
    third = import_real(raised)
    assert (third.created, third.changed, third.unchanged) == (0, 1, LINES - 1)
    assert third.pagu == PAGU + 1
    revision = PlanRevision.objects.get(number=2)
    assert revision.changes["pagu"] == [14_400_000, 14_400_001]
    assert revision.sha256 == third.sha256


def test_the_units_of_the_ministry_meet_the_units_of_its_plan() -> None:
    report = import_units(actor=SYSTEM, file_name=UNITS.name, content=UNITS.read_bytes())
    assert (report.rows, report.created, report.rejected, report.applied) == (247, 247, 0, True)
    import_real()
    assert Organisation.objects.filter(region__klpd_code="K34").count() == 247
    again = import_units(actor=SYSTEM, file_name=UNITS.name, content=UNITS.read_bytes())
    assert (again.created, again.changed) == (0, 0)

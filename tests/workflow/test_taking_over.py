"""An installation older than the entries that would tell of its rows: taken over once, held to it from then on."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.audit.sequencer import integrate
from marketplace.audit.verify import verify
from marketplace.workflow.taking_over import take_over
from procurement.planning.models import Package
from tests import people
from tests.comparing import findings
from tests.planning import plans

pytestmark = pytest.mark.django_db
REASON = "pembaruan ke versi 0.1"


def test_what_the_log_does_not_know_is_taken_over_once_and_held_from_then_on() -> None:
    officer, package = people.appointment(Role.PPK), plans.package(state="ASSIGNED", **_assigned())
    unknown = {place for code, place in findings() if code == "thing_unknown"}
    assert {f"appointment {officer.pk}", f"package {package.pk}", f"budget_line {_line(package)}"} <= unknown

    assert take_over(reason=REASON) == Counter(appointment=2, package=1, budget_line=1)

    assert findings() == set()
    told = Entry.objects.get(aggregate_type="appointment", aggregate_id=str(officer.pk))
    assert (told.act, told.actor_role, told.region_id) == ("audit.taken_over", "SYSTEM", people.region().pk)
    assert (told.facts["reason"], told.facts["values"]["role"]) == (REASON, "PPK")
    assert take_over(reason=REASON) == Counter()
    Appointment.objects.filter(pk=officer.pk).update(decree_number="SK lain")
    package.lines.update(pagu=1, available=1)
    assert findings() == {
        ("figure", f"appointment {officer.pk}"),
        ("figure", f"budget_line {_line(package)}"),
    }


def test_the_audit_says_how_much_was_taken_over(transactional_db: None) -> None:
    people.appointment(Role.PPK)
    out = StringIO()
    call_command("take_over", reason=REASON, stdout=out)
    assert out.getvalue() == "Diambil alih: appointment 1.\n"
    integrate()
    report = verify()
    assert (report.intact, report.taken_over) == (True, 1)
    call_command("audit", "verify", "--offline", stdout=out)
    assert "1 hal diambil alih sebagaimana didapati" in out.getvalue()
    call_command("take_over", reason=REASON, stdout=out)
    assert out.getvalue().endswith("Log sudah mengenal semuanya.\n")


def test_nothing_is_taken_over_without_a_reason() -> None:
    people.appointment(Role.PPK)
    with pytest.raises(CommandError, match="Alasan kosong"):
        call_command("take_over", reason=" ")
    assert not Entry.objects.exists()


def _assigned() -> dict[str, Any]:
    ppk = people.appointment(Role.PPK)
    return {"ppk": ppk, "ppk_user": ppk.user}


def _line(package: Package) -> int:
    return package.lines.get().pk

"""The NPWP of a unit: kept by those who administer it, encrypted, never in the log."""

from __future__ import annotations

import pytest
from django.db import connection

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.administration import actions
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from tests import people

pytestmark = pytest.mark.django_db
NPWP = "0002345678901000"


def test_an_operator_keeps_it_for_the_units_of_the_region() -> None:
    unit = people.organisation()
    client = people.signed_in(people.appointment(Role.OPERATOR))
    assert client.post(f"/kelola/npwp/{unit.pk}/", {"npwp": "00.023.456.789.010.00"}).status_code == 302
    unit.refresh_from_db()
    assert unit.npwp == NPWP
    with connection.cursor() as cursor:
        cursor.execute("SELECT npwp FROM accounts_organisation WHERE id = %s", [unit.pk])
        assert NPWP not in cursor.fetchone()[0]
    page = client.get("/kelola/npwp/").content.decode()
    assert "••••••••••••1000" in page and NPWP not in page
    assert NPWP not in str([entry.facts for entry in Entry.objects.all()])


@pytest.mark.parametrize("typed", ["123", "abc", "000234567890100X"])
def test_what_cannot_be_one_is_refused(typed: str) -> None:
    unit, before = people.organisation(), Entry.objects.count()
    client = people.signed_in(people.appointment(Role.PA, unit))
    answer = client.post(f"/kelola/npwp/{unit.pk}/", {"npwp": typed})
    assert "NPWP" in answer.content.decode() and answer.status_code != 302
    with pytest.raises(Refused):
        actions.set_unit_npwp(actor=people.actor(Role.PA, unit), organisation_id=unit.pk, npwp=typed)
    unit.refresh_from_db()
    assert (unit.npwp, Entry.objects.count()) == ("", before)


def test_another_units_and_a_vendors_are_out_of_reach() -> None:
    unit, other = people.organisation(), people.organisation()
    shop = people.organisation(Organisation.Kind.VENDOR)
    head, operator = people.actor(Role.PA, unit), people.actor(Role.OPERATOR)
    for actor, body in ((head, other), (head, shop), (operator, shop)):
        with pytest.raises(Organisation.DoesNotExist):
            actions.set_unit_npwp(actor=actor, organisation_id=body.pk, npwp=NPWP)
    assert (
        people.signed_in(people.appointment(Role.PA, unit)).get(f"/kelola/npwp/{other.pk}/").status_code
        == 404
    )
    assert people.signed_in(people.appointment(Role.PPK, unit)).get("/kelola/npwp/").status_code == 403
    assert not Entry.objects.filter(act="unit.npwp").exists()

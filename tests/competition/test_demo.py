"""The demonstration leaves a competition on the desks of its cast."""

from __future__ import annotations

import pytest

from marketplace.regulation.models import Region
from procurement.planning.models import Package
from procurement.practice.cast import OWNER, appoint_officers, appoint_overseers, operator_of, user_of
from procurement.practice.contest import leave_competition
from procurement.practice.market import bring_goods, bring_vendors
from procurement.taxation.actions import load_tax_rules
from tests import people
from tests.planning import plans

pytestmark = pytest.mark.django_db


def market(region: Region) -> Package:
    load_tax_rules()
    unit = people.organisation(in_region=region)
    appoint_officers(unit)
    appoint_overseers(region)
    bring_goods(bring_vendors(region, 4, actor=operator_of(region)), 40, pictures=False)
    return plans.package(pagu=30_000_000, at=unit)


def test_it_waits_on_the_desks_of_the_cast() -> None:
    made = leave_competition(market(people.region()))

    assert made.invitations.filter(vendor__organisation__appointments__user=user_of(OWNER)).exists()
    assert made.questions.get().answer.text.startswith("Boleh")

"""A region with its accounts and the people who keep them."""

from __future__ import annotations

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from procurement.reconciliation.models import OwnAccount
from tests import people
from tests.reconciliation.banks import account
from tests.settlement.conftest import _own_store, stripe
from tests.settlement.orders import Case, accepted

__all__ = ["_own_store", "stripe"]


@pytest.fixture
def case() -> Case:
    return accepted()


@pytest.fixture
def bank(case: Case) -> OwnAccount:
    return account(case.purchase.region)


@pytest.fixture
def treasury(case: Case) -> OwnAccount:
    return account(case.purchase.region, "9990001111", kind="TREASURY")


@pytest.fixture
def operator(case: Case) -> Actor:
    return operator_of(case)


def operator_of(case: Case) -> Actor:
    """A new operator of the case's region."""
    body = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=case.purchase.region)
    return people.actor(Role.OPERATOR, body)

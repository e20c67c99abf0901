"""What tests of red flags share: an auditor of the region, and rules that may be asked at will."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.redflags.evaluating import findings
from procurement.redflags.finding import Finding
from tests import people


@pytest.fixture
def auditor(db: None) -> Actor:
    """An auditor of the region the factories work in."""
    return Actor.of(people.appointment(Role.AUDITOR))


@pytest.fixture
def found() -> Callable[..., list[Finding]]:
    """Give `found("ID08")`: what one rule finds in the region, in the last year unless told otherwise."""

    def ask(code: str, *, days: int = 365) -> list[Finding]:
        now = clock.now()
        until = now + timedelta(seconds=1)
        return list(findings(people.region().pk, now - timedelta(days=days), until, codes={code}))

    return ask

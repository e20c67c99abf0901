"""Every kind of tampering with every power is prevented or detected; docs/audit-tampering.md shows by what."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from marketplace.audit.models import Checkpoint, Entry
from marketplace.audit.sequencer import integrate
from procurement.documents.models import Paper
from procurement.purchasing.models import Purchase
from tests import baseline
from tests.audit.tamper_battery import Battery, Cell, Power, page
from tests.audit.tamper_kinds import KINDS, World
from tests.oversight.orders import closed, office, own_places
from tests.purchasing import factories

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
PAGE = Path(settings.BASE_DIR) / "docs" / "audit-tampering.md"
Results = dict[str, dict[Power, Cell]]


@pytest.fixture(autouse=True)
def own_keys() -> None:
    """The battery sets its own for all its tests; those of the folder would be another test's."""


@pytest.fixture(scope="module")
def battery(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Results, Cell]:
    """All attempts on one closed order, and the look at the untouched log."""
    folder = tmp_path_factory.mktemp("tampering")
    with django_db_blocker.unblock(), override_settings(**own_places(folder)):
        try:
            factories.story("ORDERED", at=office())
            integrate()
            story = closed()
            integrate()
            made = Battery(world(story.purchase), Checkpoint.objects.latest().note, folder)
            return made.run(), made.honest()
        finally:
            baseline.restore(connection)


def world(purchase: Purchase) -> World:
    entries = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(purchase.pk))
    return World(
        order=purchase.pk,
        paper=Paper.objects.filter(subject_id=str(purchase.pk)).earliest("pk").pk,
        line=purchase.budget_line_id,
        submitted=entries.get(act="purchase.submit").pk,
        last=entries.latest("event_no").pk,
        other_user=purchase.ppk_user_id or 0,
        amount=purchase.total,
    )


def test_nothing_is_found_where_nobody_tampered(battery: tuple[Results, Cell]) -> None:
    _results, honest = battery
    assert (honest.layers, honest.outside) == ([], [])


@pytest.mark.parametrize("power", Power, ids=lambda power: power.name.lower())
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_tampering_goes_unseen(battery: tuple[Results, Cell], kind: Any, power: Power) -> None:
    results, _honest = battery
    assert not results[kind.name][power].undetected


def test_there_are_enough_kinds() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 25
    assert len(Power) == 4


def test_the_page_shows_what_came_of_it(battery: tuple[Results, Cell]) -> None:
    """Written anew with `EORDER_WRITE_DOCS=1 pytest tests/audit/test_tampering.py`."""
    told = page(battery[0])
    if os.environ.get("EORDER_WRITE_DOCS"):
        PAGE.write_text(told)
    assert PAGE.read_text() == told

"""`manage.py red_flags`: findings as lines of JSON, new ones kept once, wrong questions refused; the daily job."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from marketplace.core import clock
from marketplace.events import jobs
from procurement.redflags import clockwork
from procurement.redflags.models import RedFlag
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)


def said(*arguments: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("red_flags", *arguments, stdout=out)
    return out.getvalue()


def brand_new() -> int:
    """An order of something that has been on show for an hour; its id."""
    listing = factories.paper(shown_days=0)
    listing.live_since = clock.now() - timedelta(hours=1)
    listing.save(update_fields=["live_since"])
    office = factories.office(region=listing.vendor.region)
    return factories.story("ORDERED", at=office, wanted=[(listing, 5)]).purchase.pk


def test_findings_come_as_lines_of_json_and_are_kept_once() -> None:
    order, since = brand_new(), clock.today().isoformat()
    (told,) = (json.loads(line) for line in said("--since", since, "--rule", "ID03", "--json").splitlines())
    assert (told["rule"], told["rule_version"], told["subject"], told["score"]) == (
        "ID03",
        1,
        f"purchase:{order}",
        100,
    )
    assert told["inputs"]["hours"] == 1 and "1 jam setelah mulai tayang" in told["sentence"]
    assert "1 sudah ada" in said("--since", since, "--rule", "ID03")
    assert RedFlag.objects.get().inputs == told["inputs"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--since", "2999-01-01"), "belum tiba"),
        (("--since", "2026-01-01", "--rule", "ID99"), "tidak dikenal"),
    ],
)
def test_wrong_questions_are_refused(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        said(*arguments)
    assert not RedFlag.objects.exists()


def test_the_daily_job_raises_what_it_finds() -> None:
    order = brand_new()
    clockwork.tick()
    jobs.run_due()
    assert RedFlag.objects.filter(rule="ID03", purchase_id=order, state="NEW").count() == 1

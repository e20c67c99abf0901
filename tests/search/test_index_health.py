"""What operators see of the search, and how they have it mended."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.models import Job
from search.actions import ask_for_check, repair_index
from search.engines.elastic import following
from search.models import IndexChange, IndexCheck, IndexGeneration
from search.tasks import check_daily
from tests import people
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/pencarian/kesehatan/"
NOBODY = "http://reader:secret@127.0.0.1:9/eorder"
WRONG = [
    {"listing": 7, "kind": "ghost", "ours": None, "theirs": 90},
    {"listing": 8, "kind": "behind", "ours": 4, "theirs": 3},
]


@pytest.fixture
def operator():
    return stalls.operation(Role.OPERATOR)


@pytest.fixture
def serving():
    return IndexGeneration.objects.create(
        index="eorder-1", stage="SERVING", began_at=clock.now(), versions={"mapping": "0"}
    )


def checked(**said) -> IndexCheck:
    return IndexCheck.objects.create(
        **{"index": "eorder-1", "seconds": 1.0, "compared": 10, "wrong": 2, "mismatches": WRONG, **said}
    )


def page() -> str:
    return people.signed_in(people.appointment(Role.OPERATOR)).get(PAGE).content.decode()


def refused(act, code: str) -> None:
    """The act is refused with `code`, and left nothing behind."""
    before = (list(IndexChange.objects.values()), list(IndexCheck.objects.values()), Job.objects.count())
    entries = Entry.objects.count()
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    assert before == (
        list(IndexChange.objects.values()),
        list(IndexCheck.objects.values()),
        Job.objects.count(),
    )
    assert Entry.objects.count() == entries


def test_without_an_index_the_page_says_so_and_all_is_well():
    text = page()

    assert "Tidak ada indeks terpisah" in text
    assert "Pencarian sehat" in text


def test_the_page_tells_what_is_wrong_and_never_the_password(serving, settings):
    settings.SEARCH_URL = NOBODY
    listing = stalls.listing(stalls.vendor())
    change = following.waiting()[1]
    following.acknowledge(change, {listing.pk: "eorder-1: mapper_parsing_exception"})
    checked()

    text = page()

    assert "Mesin pencari tidak menjawab" in text
    assert "mapper_parsing_exception" in text
    assert "masih di indeks padahal tidak tayang" in text
    assert "versi lama" in text
    assert "secret" not in text
    assert "127.0.0.1:9" in text


@pytest.mark.parametrize("role", [Role.CURATOR, Role.AUDITOR, Role.PP, Role.VENDOR])
def test_only_operators_enter(role):
    assert people.signed_in(people.appointment(role)).get(PAGE).status_code == 403


def test_what_was_wrong_is_sent_again_with_versions_above_all_that_the_index_knows(operator, serving):
    check = checked()

    assert repair_index(actor=operator, check_id=check.pk) == 2

    waiting = following.waiting()[1]
    assert {change.listing for change in waiting} == {7, 8}
    assert all(change.version > 90 for change in waiting)
    check.refresh_from_db()
    assert check.repaired_at is not None
    entry = Entry.objects.get(act="search.repair")
    assert entry.facts == {"index": "eorder-1", "listings": 2}


def test_nothing_is_repaired_twice_nor_from_an_old_comparison_nor_without_a_fault(operator, serving):
    old = checked()
    new = checked()
    refused(lambda: repair_index(actor=operator, check_id=old.pk), "checked_since")
    repair_index(actor=operator, check_id=new.pk)
    refused(lambda: repair_index(actor=operator, check_id=new.pk), "repaired_before")
    clean = checked(wrong=0, mismatches=[])
    refused(lambda: repair_index(actor=operator, check_id=clean.pk), "nothing_wrong")


def test_others_may_neither_compare_nor_repair(serving):
    curator, check = stalls.operation(Role.CURATOR), checked()

    refused(lambda: repair_index(actor=curator, check_id=check.pk), "wrong_role")
    refused(lambda: ask_for_check(actor=curator), "wrong_role")


def test_without_an_index_there_is_nothing_to_compare(operator):
    refused(lambda: ask_for_check(actor=operator), "no_index")


def test_a_comparison_is_a_job(operator, serving):
    ask_for_check(actor=operator)

    assert Job.objects.get(kind="search.check_index")
    assert Entry.objects.filter(act="search.check").count() == 1


def test_once_a_day_it_is_compared_by_itself(settings):
    check_daily()
    assert not Job.objects.filter(kind="search.check_index").exists()
    settings.SEARCH_URL = NOBODY
    check_daily()
    check_daily()
    assert Job.objects.filter(kind="search.check_index").count() == 1


def test_programs_read_it_too():
    out = StringIO()
    call_command("search_health", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert (told["engine"], told["faults"], told["queue"]["waiting"]) == (None, [], 0)


def test_programs_are_told_by_the_exit_code(serving, settings):
    settings.SEARCH_URL = NOBODY
    with pytest.raises(SystemExit):
        call_command("search_health", stdout=StringIO())

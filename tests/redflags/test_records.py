"""Flags as records: raised once, raised again only for something else, reviewed, answered, closed with reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from marketplace.events.models import Job
from procurement.redflags import actions, clockwork
from procurement.redflags.finding import Finding
from procurement.redflags.models import RedFlag
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)

REASON = "sudah diperiksa bersama dokumennya"


def finding(story: factories.Story, **told: Any) -> Finding:
    """A finding about an order, as a rule would tell it."""
    purchase = story.purchase
    return Finding(
        **{
            "rule": "ID05",
            "rule_version": 1,
            "purchase_id": purchase.pk,
            "vendor_id": purchase.vendor_id,
            "organisation_id": purchase.organisation_id,
            "score": 140,
            "sentence": "Harga satuan Rp73.000 …",
            "legal_basis": "Perpres 16/2018 Pasal 6",
            "inputs": {"price": 73_000, "median": 52_000},
            "values": {"factor_bp": 11_500},
            **told,
        }
    )


def raised(*found: Finding) -> actions.Kept:
    """Keep findings in the region of the factories."""
    return actions.raise_flags(region_id=people.region().pk, found=found)


@pytest.fixture
def story() -> factories.Story:
    return factories.story("ORDERED")


@pytest.fixture
def flag(story: factories.Story) -> RedFlag:
    raised(finding(story))
    return RedFlag.objects.get()


def entries(act: str) -> int:
    return Entry.objects.filter(act=act).count()


def refused(code: str, flag: RedFlag, act: Any, **told: Any) -> None:
    """The act is refused with that code, the flag stays as it is and nothing is written."""
    before = (RedFlag.objects.filter(pk=flag.pk).values().get(), Entry.objects.count())
    with pytest.raises(Refused) as refusal:
        act(red_flag_id=flag.pk, **told)
    assert refusal.value.code == code
    assert (RedFlag.objects.filter(pk=flag.pk).values().get(), Entry.objects.count()) == before


def test_the_same_finding_is_raised_once(story: factories.Story) -> None:
    assert raised(finding(story)) == actions.Kept(new=1)
    assert raised(finding(story)) == actions.Kept(known=1)
    assert RedFlag.objects.count() == entries("red_flag.raise") == 1


def test_other_figures_of_the_rule_do_not_make_another_flag(story: factories.Story) -> None:
    raised(finding(story))
    assert raised(finding(story, values={"factor_bp": 12_000}, score=130)) == actions.Kept(known=1)


def test_changed_inputs_make_another_version_and_the_old_one_gives_way(story: factories.Story) -> None:
    raised(finding(story))
    assert raised(finding(story, inputs={"price": 73_000, "median": 50_000})) == actions.Kept(changed=1)
    assert list(RedFlag.objects.order_by("version").values_list("version", "state")) == [
        (1, "SUPERSEDED"),
        (2, "NEW"),
    ]
    assert entries("red_flag.supersede") == 1


def test_a_cleared_flag_stays_away_until_the_rule_sees_something_else(
    story: factories.Story, flag: RedFlag, auditor: Actor
) -> None:
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    actions.clear(actor=auditor, red_flag_id=flag.pk, verdict="UNFOUNDED", reason=REASON)
    assert raised(finding(story)) == actions.Kept(known=1)
    assert raised(finding(story, inputs={"price": 80_000, "median": 52_000})) == actions.Kept(changed=1)
    assert list(RedFlag.objects.order_by("version").values_list("version", "state")) == [
        (1, "CLEARED"),
        (2, "NEW"),
    ]


def test_what_the_next_version_of_a_rule_does_not_find_is_given_up_unless_somebody_looks_at_it(
    story: factories.Story, auditor: Actor
) -> None:
    other, gone, older = (factories.story("ORDERED") for _each in range(3))
    raised(*(finding(each) for each in (story, other, gone, older)))
    raised(finding(gone, rule="ID02"))
    actions.take_up(actor=auditor, red_flag_id=RedFlag.objects.get(purchase=other.purchase).pk)
    region, before = people.region().pk, Entry.objects.count()

    def give_up(version: int, since: Any) -> int:
        return actions.give_up_outdated(
            region_id=region, since=since, versions={"ID05": version, "ID08": 9}, found=[finding(story)]
        ).given_up

    since = min(each.purchase.submitted_at for each in (story, other, gone))
    assert give_up(1, since) == 0, "no older version"
    assert give_up(2, older.purchase.submitted_at + timedelta(days=1)) == 0, "nothing of that time was judged"
    assert Entry.objects.count() == before
    assert give_up(2, since) == 2
    assert give_up(2, since) == 0
    told = dict(RedFlag.objects.filter(rule="ID05").values_list("purchase_id", "state"))
    assert told == {
        story.purchase.pk: "NEW",
        other.purchase.pk: "IN_REVIEW",
        gone.purchase.pk: "SUPERSEDED",
        older.purchase.pk: "SUPERSEDED",
    }
    assert RedFlag.objects.get(rule="ID02").state == "NEW" and entries("red_flag.supersede") == 2


def test_a_flag_under_review_is_left_alone(story: factories.Story, flag: RedFlag, auditor: Actor) -> None:
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    assert raised(finding(story, inputs={"price": 1, "median": 1})) == actions.Kept(under_review=1)
    assert RedFlag.objects.count() == 1


def test_an_officer_answers_what_was_asked_and_the_auditor_closes(
    story: factories.Story, flag: RedFlag, auditor: Actor
) -> None:
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    actions.ask(actor=auditor, red_flag_id=flag.pk, question="Mengapa harganya di atas pembelian lain?")
    actions.answer(
        actor=story.actor(Role.PPK), red_flag_id=flag.pk, answer="Barangnya bersertifikat TKDN tinggi."
    )
    actions.clear(actor=auditor, red_flag_id=flag.pk, verdict="EXPLAINED", reason=REASON)
    flag.refresh_from_db()
    assert (flag.state, flag.verdict, flag.answered_by_id) == (
        "CLEARED",
        "EXPLAINED",
        story.actor(Role.PPK).user_id,
    )
    facts = Entry.objects.get(act="red_flag.answer").facts
    assert facts["rule"] == "ID05" and "TKDN" not in str(facts), "the log tells that, not what"


def test_who_was_not_asked_does_not_answer(story: factories.Story, flag: RedFlag, auditor: Actor) -> None:
    ppk = story.actor(Role.PPK)
    answer: dict[str, Any] = {"answer": "Barangnya bersertifikat TKDN tinggi."}
    refused("wrong_state", flag, actions.answer, actor=ppk, **answer)
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    refused("red_flag.not_asked", flag, actions.answer, actor=ppk, **answer)
    actions.ask(actor=auditor, red_flag_id=flag.pk, question="Mengapa harganya di atas pembelian lain?")
    stranger = Actor.of(people.appointment(Role.PPK))
    refused("red_flag.not_asked", flag, actions.answer, actor=stranger, **answer)
    refused("red_flag.asked", flag, actions.ask, actor=auditor, question="Sekali lagi, mengapa harganya?")
    actions.answer(actor=ppk, red_flag_id=flag.pk, **answer)
    refused("red_flag.answered", flag, actions.answer, actor=ppk, **answer)


def test_closing_wants_a_reason_a_verdict_and_the_regions_auditor(flag: RedFlag, auditor: Actor) -> None:
    told = {"verdict": "UNFOUNDED", "reason": REASON}
    refused("wrong_state", flag, actions.clear, actor=auditor, **told)
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    refused("red_flag.reason", flag, actions.clear, actor=auditor, **{**told, "reason": "oke"})
    refused("red_flag.verdict", flag, actions.clear, actor=auditor, **{**told, "verdict": "GOOD"})
    elsewhere = replace(auditor, region_id=people.region("D001", "Kabupaten Lain").pk)
    refused("red_flag.other_region", flag, actions.clear, actor=elsewhere, **told)
    refused("wrong_role", flag, actions.clear, actor=Actor.of(people.appointment(Role.OPERATOR)), **told)


def test_a_flag_about_a_vendor_names_nobody_to_ask(story: factories.Story, auditor: Actor) -> None:
    raised(finding(story, rule="ID12", purchase_id=None, organisation_id=None))
    flag = RedFlag.objects.get()
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    refused("red_flag.nobody_to_ask", flag, actions.ask, actor=auditor, question="Mengapa menjual semuanya?")


def test_an_escalated_flag_is_closed_later(flag: RedFlag, auditor: Actor) -> None:
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    actions.escalate(actor=auditor, red_flag_id=flag.pk, reason=REASON)
    actions.clear(actor=auditor, red_flag_id=flag.pk, verdict="SETTLED", reason=REASON)
    flag.refresh_from_db()
    assert flag.state == "CLEARED"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE redflags_redflag SET inputs = '{}'",
        "UPDATE redflags_redflag SET sentence = 'tidak apa-apa'",
        "UPDATE redflags_redflag SET score = 0",
        "DELETE FROM redflags_redflag",
        "TRUNCATE redflags_redflag",
    ],
)
def test_the_database_keeps_what_a_rule_saw(flag: RedFlag, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), transaction.get_connection().cursor() as cursor:
        cursor.execute(statement)
    assert RedFlag.objects.filter(pk=flag.pk, score=140).exists()


def test_the_database_keeps_a_closed_flag(flag: RedFlag, auditor: Actor) -> None:
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    actions.clear(actor=auditor, red_flag_id=flag.pk, verdict="UNFOUNDED", reason=REASON)
    with pytest.raises(DatabaseError), transaction.atomic():
        RedFlag.objects.filter(pk=flag.pk).update(reason="lain")


def test_the_clock_asks_for_one_evaluation_a_day() -> None:
    clockwork.tick()
    clockwork.tick()
    assert Job.objects.filter(kind="redflags.evaluate").count() == 1

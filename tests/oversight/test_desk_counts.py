"""What an overseer's desk counts: the same things its rows show, beyond the rows shown, each with its list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskCount
from procurement.oversight import actions
from procurement.oversight.actions.watching import watch_holds
from procurement.oversight.models import HoldWatch, Recommendation
from procurement.oversight.queries.counts import waiting_counts
from procurement.oversight.queries.desk import waiting_for
from procurement.redflags import actions as judging
from procurement.settlement.actions import hold_payout
from tests import people
from tests.oversight.audits import TEXT, WHY, Audit
from tests.oversight.test_stories import with_transfer
from tests.redflags.flags import raised
from tests.settlement.orders import accepted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def audit() -> Audit:
    return Audit.of()


def counted(audit: Audit, who: str) -> dict[str, DeskCount]:
    return {each.kind: each for each in waiting_counts(audit[who])}


def test_every_step_is_counted_for_whom_it_waits(audit: Audit) -> None:
    """At each station of a recommendation the counts say what the rows say, for every person."""
    case = audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)

    def agree() -> dict[str, set[str]]:
        told = {}
        for who in ("LEADER", "SECOND", "THIRD", "PPK"):
            rows = [item.kind for item in waiting_for(audit[who])] if who != "PPK" else []
            counts = counted(audit, who)
            assert {kind: rows.count(kind) for kind in rows} == {
                kind: each.count for kind, each in counts.items() if kind in rows
            }, who
            told[who] = {kind for kind in counts if kind != "Berkas berjalan"}
        return told

    assert agree() == {
        "LEADER": set(),
        "SECOND": {"Setujui temuan"},
        "THIRD": {"Setujui temuan"},
        "PPK": set(),
    }
    assert counted(audit, "LEADER")["Berkas berjalan"].count == 1
    assert counted(audit, "SECOND")["Setujui temuan"].amount == TEXT.amount
    actions.draft_recommendation(
        actor=audit["LEADER"], finding_id=finding.pk, unit_id=audit.unit.pk, text=WHY, amount_due=1_000_000
    )
    actions.confirm_finding(actor=audit["SECOND"], finding_id=finding.pk)
    audit.issue(case, received=clock.today() - timedelta(days=90))
    thing = Recommendation.objects.get()
    assert agree()["PPK"] == set(), "officers owe few answers: the desk counts their rows"
    assert [item.kind for item in waiting_for(audit["PPK"])] == ["Jawab rekomendasi"]
    audit.answer(thing, amount=0)
    assert agree()["LEADER"] == {"Nyatakan bukti cukup"} == agree()["THIRD"]
    actions.verify_answer(actor=audit["LEADER"], recommendation_id=thing.pk, note=WHY)
    assert agree()["SECOND"] == {"Usulkan status"}
    actions.propose_status(
        actor=audit["SECOND"], recommendation_id=thing.pk, status="NOT_FITTING", reason=WHY
    )
    told = agree()
    assert told["LEADER"] == set() == told["SECOND"], "who verified or proposed does not settle"
    assert told["THIRD"] == {"Tetapkan status"}
    assert counted(audit, "THIRD")["Tetapkan status"].amount == 1_000_000


def test_each_count_leads_to_a_list_of_just_those(audit: Audit) -> None:
    case = audit.case()
    actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    thing = audit.recommended()
    audit.answer(thing)
    flag = raised(accepted(at=audit.unit).purchase)
    judging.take_up(actor=audit["THIRD"], red_flag_id=flag.pk)
    judging.escalate(actor=audit["THIRD"], red_flag_id=flag.pk, reason=WHY)
    client = people.signed_in(audit.appointed("SECOND"))
    counts = counted(audit, "SECOND")
    assert {"Setujui temuan", "Nyatakan bukti cukup", "Tanda bahaya ditingkatkan"} == set(counts)
    desk = client.get("/meja/").content.decode()
    for kind, each in counts.items():
        assert each.oldest is not None and each.count == 1
        assert f'<a href="{each.url}">{kind}</a>' in desk
        assert client.get(each.url).status_code == 200
    listed: Any = client.get(counts["Setujui temuan"].url).context
    assert [row.state for row in listed["rows"]] == ["DRAFT"]
    steps: Any = client.get(counts["Nyatakan bukti cukup"].url).context
    assert [row.pk for row in steps["page"]] == [thing.pk]
    leader = people.signed_in(audit.appointed("LEADER"))
    desk = leader.get("/meja/").content.decode()
    assert desk.count('id="menunggu-saya"') == 1 and "Tidak ada yang menunggu Anda" not in desk
    own: Any = leader.get(counted(audit, "LEADER")["Berkas berjalan"].url).context
    assert [row.pk for row in own["page"]] == [case.pk]
    assert client.get("/pemeriksaan/temuan/?tampil=reviu&sebelum=x").status_code == 200


def test_holds_in_force_are_counted_with_their_amount(audit: Audit) -> None:
    _case, payout = with_transfer(audit)
    hold_payout(actor=audit["LEADER"], payout_id=payout.pk, reason=WHY)
    assert watch_holds() == 1
    watch = HoldWatch.objects.get()
    each = counted(audit, "LEADER")["Penahanan transfer"]
    assert (each.count, each.amount, each.oldest) == (1, payout.amount, watch.held_at)
    page = people.signed_in(audit.appointed("LEADER")).get(each.url).content.decode()
    assert payout.reference in page


def test_an_overseers_desk_costs_eleven_queries_whatever_waits(
    audit: Audit, assert_max_queries: Any, assert_flat_in_rows: Any
) -> None:
    client = people.signed_in(audit.appointed("LEADER"))

    def more() -> None:
        audit.answer(audit.recommended())

    more()
    assert_flat_in_rows(lambda: client.get("/meja/"), more)
    with assert_max_queries(11):
        assert "Nyatakan bukti cukup" in client.get("/meja/").content.decode()


def test_counting_costs_one_query_whatever_waits(audit: Audit, assert_max_queries: Any) -> None:
    actor, vendor = audit["LEADER"], people.actor(Role.VENDOR)
    for _n in range(3):
        audit.answer(audit.recommended())
    with assert_max_queries(1):
        assert waiting_counts(actor)
    with assert_max_queries(0):
        assert waiting_counts(vendor) == []

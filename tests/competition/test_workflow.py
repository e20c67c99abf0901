"""The table of moves decides every state, move and role; publishing asks what it must."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from marketplace.accounts.models import User
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter, working_days_after
from procurement.competition import actions
from procurement.competition.models import Answer, Competition, Invitation
from procurement.competition.queries import matching_vendors
from procurement.competition.workflow import BUYERS, COMPETITION
from tests import people
from tests.competition import contests
from tests.competition.contests import REASON
from tests.purchasing import factories
from tests.vendors import stalls
from vendors.models import Vendor

FACTS = {"buyer": True, "closing_passed": True, "opened": False, "winners": 1, "open_lots": 0}


@pytest.mark.parametrize("state", [each.code for each in COMPETITION.states])
@pytest.mark.parametrize("name", [each.name for each in COMPETITION.moves])
@pytest.mark.parametrize("role", list(Role))
def test_the_table_is_total(state: str, name: str, role: Role) -> None:
    move = COMPETITION.move(name)
    facts = {**FACTS, "winners": 0 if name == "give_up" else 1}
    if state in move.sources and role in move.roles:
        assert COMPETITION.decide(state, name, role, facts) == move
    else:
        with pytest.raises(Refused) as refused:
            COMPETITION.decide(state, name, role, facts)
        assert refused.value.sentence


@pytest.mark.parametrize("name", [each.name for each in COMPETITION.moves])
def test_nobody_but_the_buyer_moves(name: str) -> None:
    move = COMPETITION.move(name)
    with pytest.raises(Refused) as refused:
        COMPETITION.decide(min(move.sources), name, Role.PP, {**FACTS, "buyer": False})
    assert refused.value.code == "not_yours"


def test_every_state_is_left_or_ends() -> None:
    for state in COMPETITION.states:
        assert state.terminal != any(state.code in move.sources for move in COMPETITION.moves)
    assert all(set(move.roles) - {Role.SYSTEM} <= set(BUYERS) for move in COMPETITION.moves)


@pytest.mark.django_db
class TestPublishing:
    def refused(self, contest: contests.Contest, code: str, reason: str = "") -> None:
        entries = Entry.objects.count()
        with pytest.raises(Refused) as refused:
            contest.publish(reason=reason)
        assert refused.value.code == code
        assert contest.fresh().state == "DRAFT"
        assert (Entry.objects.count(), Invitation.objects.count()) == (entries, 0)

    def test_everybody_who_fits_is_invited_and_nobody_else(self) -> None:
        contest = contests.draft(sellers=2)
        region = contest.office.package.region
        medium = stalls.vendor("Pabrik", size="MENENGAH")
        stalls.listing(medium, "Nasi kotak pabrik")
        elsewhere = stalls.vendor("Dapur Bandung")
        stalls.listing(elsewhere, "Nasi kotak Bandung", area_codes=["32.73"])
        stalls.listing(stalls.vendor("Kue Bu Tini"), "Lemper", way="konsumsi/snack")
        foreign = stalls.vendor("Dapur Lain", region=people.region("D001", "Provinsi Lain"))
        stalls.listing(foreign, "Nasi kotak lain")
        suspended = stalls.vendor("Dapur Tutup")
        stalls.listing(suspended, "Nasi kotak tutup")
        Vendor.objects.filter(pk=suspended.pk).update(state="SUSPENDED")

        contest.publish()

        assert {each.vendor for each in Invitation.objects.select_related("vendor")} == {
            vendor for vendor, _listing in contest.stalls
        }
        assert region == contest.thing.region

    def test_an_officer_with_a_stall_is_not_invited(self) -> None:
        contest = contests.draft(sellers=2)
        officer = contest.office.officers[Role.PPK].user
        own = contest.stalls[0][0]
        User.objects.filter(pk=officer.pk).update(nik_hash="a" * 64)
        Vendor.objects.filter(pk=own.pk).update(owner_nik_hash="a" * 64)

        assert list(matching_vendors(contest.thing)) == [contest.stalls[1][0]]

    def test_a_vendor_who_begins_to_sell_it_is_invited_later_and_may_offer(self) -> None:
        contest = contests.published(sellers=1)
        late = stalls.vendor("Dapur Baru", size="KECIL")
        listing = stalls.listing(late, "Nasi kotak baru", price=40_000, in_stock=500, is_pdn=True)

        assert actions.invite_newcomers() == 1
        assert actions.invite_newcomers() == 0

        contest.stalls.append((late, listing))
        contest.offer(1, 30_000)
        contest.open()
        assert contest.thing.offers.get().vendor == late

    def test_without_anybody_who_fits_there_is_no_competition(self) -> None:
        self.refused(contests.draft(sellers=0), "nobody_matches")

    def test_an_open_warning_needs_a_reason_and_is_kept(self) -> None:
        contest = contests.draft(request_text="Kami perlu nasi kotak secepatnya, tolong segera ya")
        self.refused(contest, "warnings_open")

        contest.publish(reason=REASON)

        assert {each["code"] for each in contest.thing.warnings} >= {"no_quantity", "no_day"}
        facts = Entry.objects.get(act="competition.publish").facts
        assert "no_day" in facts["warnings"] and facts["reason"] == REASON

    def test_vendors_get_working_days_to_answer(self) -> None:
        least = int(parameter("competition.min_open_days").value)
        early = working_days_after(clock.now(), least - 1)
        self.refused(contests.draft(closes_at=early), "too_short")
        contests.draft(closes_at=working_days_after(clock.now(), least)).publish()

    def test_goods_are_needed_after_the_closing(self) -> None:
        late = clock.now() + timedelta(days=25)
        self.refused(contests.draft(closes_at=late), "needed_before_closing")

    def test_what_is_missing_is_named(self) -> None:
        self.refused(contests.draft(lines=[], address=""), "incomplete")

    def test_the_hps_stays_within_money_and_hps_of_the_package(self) -> None:
        office = factories.office(pagu=2_000_000)
        self.refused(contests.draft(at=office), "budget_short")
        office = factories.office(pagu=3_000_000, hps=2_500_000)
        self.refused(contests.draft(at=office), "above_hps")

    def test_a_draft_is_the_buyers_alone(self) -> None:
        contest = contests.draft()
        entries = Entry.objects.count()
        with pytest.raises(Refused):
            actions.publish(actor=contest.office.actor(Role.PPK), competition_id=contest.thing.pk)
        with pytest.raises(Refused):
            actions.draft(
                actor=contest.office.actor(Role.PPK),
                package_id=contest.office.package.pk,
                budget_line_id=contest.office.line.pk,
            )
        assert (Competition.objects.count(), Entry.objects.count()) == (1, entries)

    def test_above_the_limit_the_ppk_runs_it(self) -> None:
        office = factories.office(pagu=300_000_000)
        with pytest.raises(Refused) as refused:
            contests.draft(at=office)
        assert refused.value.code == "no_authority"
        thing = actions.draft(
            actor=office.actor(Role.PPK), package_id=office.package.pk, budget_line_id=office.line.pk
        )
        assert thing.buyer == office.officers[Role.PPK]


@pytest.mark.django_db
class TestOffering:
    def refused(self, contest: contests.Contest, code: str, price: int = 30_000, **told: Any) -> None:
        entries = Entry.objects.count()
        with pytest.raises(Refused) as refused:
            contest.offer(0, price, **told)
        assert refused.value.code == code
        assert Entry.objects.count() == entries

    def test_never_above_the_list_price(self) -> None:
        self.refused(contests.published(sellers=1), "above_list_price", price=40_001)

    def test_never_after_the_closing(self) -> None:
        contest = contests.published(sellers=1)
        with clock.frozen(contest.closing):
            self.refused(contest, "offers_closed")

    def test_not_later_than_it_is_needed(self) -> None:
        contest = contests.published(sellers=1)
        assert contest.thing.needed_by is not None
        late = contest.thing.needed_by + timedelta(days=1)
        self.refused(contest, "too_late", delivery_day=late)

    def test_not_from_a_page_that_is_old(self) -> None:
        contest = contests.published(sellers=1)
        contest.offer(0, 30_000)
        self.refused(contest, "stale")

    def test_not_on_somebody_elses_listing(self) -> None:
        contest = contests.published(sellers=2)
        contest.stalls[0] = (contest.stalls[0][0], contest.stalls[1][1])
        self.refused(contest, "listing_gone")

    def test_not_by_a_vendor_suspended_meanwhile(self) -> None:
        contest = contests.published(sellers=1)
        Vendor.objects.filter(pk=contest.stalls[0][0].pk).update(state="SUSPENDED")
        self.refused(contest, "vendor_not_verified")

    def test_the_whole_is_offered_where_one_vendor_wins_all(self) -> None:
        contest = contests.draft(sellers=1, lines=contests.needs(lines=2, quantity=40))
        contest.publish(reason=REASON)
        self.refused(contest, "offer_incomplete", lines=[contest.thing.lines.all()[0]])


@pytest.mark.django_db
class TestTalking:
    def test_answers_come_once_and_nothing_after_the_closing(self) -> None:
        contest = contests.published(sellers=1)
        number = contest.thing.number
        question = actions.ask(actor=contest.owner(0), number=number, text="Boleh kemasan kertas?")
        actions.answer(actor=contest.pp, number=number, question_id=question.pk, text="Boleh.")
        entries = Entry.objects.count()
        with pytest.raises(Refused):
            actions.answer(actor=contest.pp, number=number, question_id=question.pk, text="Tidak jadi.")
        with contests.after(contest.thing), pytest.raises(Refused):
            actions.ask(actor=contest.owner(0), number=number, text="Masih bisa menawar?")

        assert Answer.objects.get().text == "Boleh."
        assert Entry.objects.count() == entries

    def test_the_text_of_a_question_stays_out_of_the_log(self) -> None:
        contest = contests.published(sellers=1)
        actions.ask(actor=contest.owner(0), number=contest.thing.number, text="Telepon saya 0812 3456 7890")

        entry = Entry.objects.get(act="competition.ask")
        assert "0812" not in bytes(entry.payload).decode()
        assert (entry.user_id, entry.organisation_id) == (None, None)

    def test_the_public_log_does_not_tell_the_hps(self) -> None:
        contest = contests.published(sellers=1)

        entry = Entry.objects.get(act="competition.publish")
        assert str(contest.thing.hps_total) not in bytes(entry.payload).decode()

"""From rank 1 down to the orders: verdicts, very low prices, single offers, and what losers are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.competition import actions
from procurement.competition.actions import Judgement
from procurement.competition.models import Award, Outcome, Verdict
from procurement.competition.queries import lots_of
from procurement.documents.models import Paper
from procurement.planning.models import BudgetLine
from procurement.purchasing.models import Agreement, Purchase
from tests.competition import contests
from tests.competition.contests import REASON, Contest
from vendors.models import Listing

pytestmark = pytest.mark.django_db

GOOD = Judgement(administrative=True, technical=True, price=True)
POOR = Judgement(administrative=True, technical=False, price=True, technical_note="Tidak ada menu vegetarian")


def judge(contest: Contest, judgement: Judgement = GOOD, *, lot: int = 0) -> Verdict:
    found = lots_of(contest.fresh())[lot]
    assert found.next_up is not None
    return actions.judge(
        actor=contest.pp,
        competition_id=contest.thing.pk,
        offer_id=found.next_up.offer.pk,
        line_id=found.line.pk if found.line else None,
        judgement=judgement,
    )


def concluded(*prices: int, judgement: Judgement = GOOD, **told: object) -> Contest:
    contest = contests.opened(*prices, **told)
    judge(contest, judgement)
    actions.conclude(actor=contest.pp, competition_id=contest.thing.pk)
    contest.fresh()
    return contest


def decide(contest: Contest, **told: object) -> list[Purchase]:
    found = actions.decide(actor=contest.pp, competition_id=contest.thing.pk, **told)  # type: ignore[arg-type]
    contest.fresh()
    return found


def refused_leaving_all(contest: Contest, code: str, act: object) -> None:
    entries, row = Entry.objects.count(), contest.fresh().__dict__.copy()
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    assert refused.value.code == code
    now = contest.fresh().__dict__
    assert {k: v for k, v in now.items() if k != "_state"} == {k: v for k, v in row.items() if k != "_state"}
    assert Entry.objects.count() == entries
    assert not Purchase.objects.exists()


def test_the_lowest_price_is_judged_first_and_the_first_to_pass_wins() -> None:
    contest = contests.opened(34_000, 32_000, 33_000)
    lot = lots_of(contest.thing)[0]
    assert [each.price for each in lot.candidates] == [80 * 32_000, 80 * 33_000, 80 * 34_000]

    judge(contest, POOR)
    judge(contest)
    actions.conclude(actor=contest.pp, competition_id=contest.thing.pk)
    (order,) = decide(contest)

    assert order.vendor == contest.stalls[2][0]
    assert (order.goods_total, order.state) == (80 * 33_000, "AWAITING_PPK")
    assert [each.rank for each in Verdict.objects.order_by("rank")] == [1, 2]
    assert Award.objects.get().purchase == order


def test_the_order_is_at_the_offered_prices_and_shipping_and_the_money_is_set_aside() -> None:
    contest = contests.published(sellers=2)
    contest.offer(0, 32_000, shipping=150_000)
    contest.offer(1, 34_000)
    contest.open()
    judge(contest)
    actions.conclude(actor=contest.pp, competition_id=contest.thing.pk)
    (order,) = decide(contest)

    assert (order.goods_total, order.shipping) == (80 * 32_000, 150_000)
    assert BudgetLine.objects.get(pk=contest.office.line.pk).reserved == order.total
    agreement = Agreement.objects.get(purchase=order)
    assert agreement.cause == Agreement.Cause.COMPETITION
    assert contest.thing.number in order.reason_of_choice
    line = order.lines.get()
    assert (line.list_price, line.agreed_price) == (40_000, 32_000)


def test_shipping_counts_in_the_ranking() -> None:
    contest = contests.published(sellers=2)
    contest.offer(0, 32_000, shipping=500_000)
    contest.offer(1, 34_000)
    contest.open()

    assert lots_of(contest.thing)[0].candidates[0].offer.vendor == contest.stalls[1][0]


def test_domestic_order_comes_before_price() -> None:
    contest = contests.published(sellers=2)
    foreign = contest.stalls[0][1]
    Listing.objects.filter(pk=foreign.pk).update(is_pdn=False)
    contest.offer(0, 30_000)
    contest.offer(1, 34_000)
    contest.open()
    judge(contest)
    actions.conclude(actor=contest.pp, competition_id=contest.thing.pk)
    (order,) = decide(contest)

    assert order.vendor == contest.stalls[1][0]
    told = Outcome.objects.get(won=False).text
    assert "produk dalam negeri" in told


def test_nobody_is_judged_out_of_turn_or_twice() -> None:
    contest = contests.opened(34_000, 32_000)
    second = lots_of(contest.thing)[0].candidates[1].offer

    def out_of_turn() -> None:
        actions.judge(actor=contest.pp, competition_id=contest.thing.pk, offer_id=second.pk, judgement=GOOD)

    refused_leaving_all(contest, "out_of_turn", out_of_turn)
    judge(contest)
    refused_leaving_all(contest, "out_of_turn", out_of_turn)


def test_a_negative_verdict_needs_a_reason() -> None:
    contest = contests.opened(34_000)

    refused_leaving_all(
        contest,
        "reason_needed",
        lambda: judge(contest, Judgement(administrative=False, technical=True, price=True)),
    )


def test_a_price_above_the_hps_is_never_found_fair() -> None:
    contest = contests.opened(36_000)

    refused_leaving_all(contest, "above_hps", lambda: judge(contest))


def test_a_very_low_price_is_explained_before_it_is_found_fair() -> None:
    contest = contests.opened(20_000, 34_000)
    fair = Judgement(
        administrative=True, technical=True, price=True, price_note="Memasak sendiri, bahan dari kebun"
    )
    offer = lots_of(contest.thing)[0].candidates[0].offer
    refused_leaving_all(contest, "structure_needed", lambda: judge(contest, fair))

    actions.ask_structure(actor=contest.pp, competition_id=contest.thing.pk, offer_id=offer.pk)
    refused_leaving_all(contest, "structure_needed", lambda: judge(contest, fair))
    actions.give_structure(
        actor=contest.owner(0), number=contest.thing.number, text="Beras 5 ribu, lauk 10 ribu, untung 5 ribu"
    )

    assert judge(contest, fair).passed


def test_a_vendor_that_stays_silent_about_its_price_does_not_hold_up_the_others() -> None:
    contest = contests.opened(20_000)
    offer = lots_of(contest.thing)[0].candidates[0].offer
    actions.ask_structure(actor=contest.pp, competition_id=contest.thing.pk, offer_id=offer.pk)
    fair = Judgement(
        administrative=True, technical=True, price=True, price_note="Harga promosi yang dikenal umum"
    )

    with clock.frozen(clock.now() + timedelta(days=10)):
        assert judge(contest, fair).passed


def test_only_the_vendor_that_was_asked_explains_its_price() -> None:
    contest = contests.opened(20_000, 34_000)
    offer = lots_of(contest.thing)[0].candidates[0].offer
    actions.ask_structure(actor=contest.pp, competition_id=contest.thing.pk, offer_id=offer.pk)

    with pytest.raises(Refused) as refused:
        actions.give_structure(actor=contest.owner(1), number=contest.thing.number, text=REASON)

    assert refused.value.code == "nothing_asked"


def test_evaluation_ends_when_a_rank_passed_or_none_is_left() -> None:
    contest = contests.opened(34_000, 32_000)
    refused_leaving_all(
        contest,
        "not_judged",
        lambda: actions.conclude(actor=contest.pp, competition_id=contest.thing.pk),
    )
    judge(contest, POOR)
    judge(contest, POOR)
    actions.conclude(actor=contest.pp, competition_id=contest.thing.pk)

    assert contest.fresh().winners == 0
    refused_leaving_all(contest, "no_winner", lambda: decide(contest))
    actions.give_up(actor=contest.pp, competition_id=contest.thing.pk, reason=REASON)
    assert contest.fresh().state == "FAILED"
    assert all("vegetarian" in each.text for each in Outcome.objects.all())


def test_a_single_offer_is_negotiated_or_explained() -> None:
    contest = concluded(34_000)
    refused_leaving_all(contest, "single_offer", lambda: decide(contest))

    (order,) = decide(contest, negotiate=True)

    assert order.state == "NEGOTIATING"


def test_a_single_offer_may_be_taken_with_a_reason() -> None:
    contest = concluded(34_000)

    (order,) = decide(contest, reason=REASON)

    assert order.state == "AWAITING_PPK"


def test_every_loser_reads_its_own_offer_the_winners_and_why() -> None:
    contest = concluded(34_000, 32_000, 33_000)
    (order,) = decide(contest)

    told = {each.offer.vendor_id: each for each in Outcome.objects.select_related("offer")}
    loser = told[contest.stalls[0][0].pk]
    assert not loser.won
    assert "Rp2.720.000" in loser.text and "peringkat 3 dari 3" in loser.text
    assert order.vendor.name in loser.text and "Rp2.560.000" in loser.text and "Rp160.000" in loser.text
    winner = told[contest.stalls[1][0].pk]
    assert winner.won and order.number in winner.text


def test_winners_are_found_per_item_and_each_gets_one_order() -> None:
    contest = contests.draft(sellers=2, lines=contests.needs(lines=3, quantity=20), itemized=True)
    contest.publish(reason=REASON)
    first, second, third = contest.thing.lines.all()
    contest.offer(0, 30_000, lines=[first, third], shipping=10_000)
    contest.offer(1, 33_000, shipping=5_000)
    contest.open()
    for lot in range(3):
        judge(contest, lot=lot)
    actions.conclude(actor=contest.pp, competition_id=contest.thing.pk)
    orders = decide(contest, reason=REASON)

    assert {(each.vendor, each.goods_total, each.shipping) for each in orders} == {
        (contest.stalls[0][0], 2 * 20 * 30_000, 20_000),
        (contest.stalls[1][0], 20 * 33_000, 5_000),
    }
    assert Award.objects.get(line=second).offer.vendor == contest.stalls[1][0]


def test_a_vendor_out_of_business_since_then_gets_no_order_and_nothing_is_kept() -> None:
    contest = concluded(34_000, 33_000)
    winner = contest.stalls[1][0]
    type(winner).objects.filter(pk=winner.pk).update(state="SUSPENDED")

    refused_leaving_all(contest, "vendor_not_verified", lambda: decide(contest))
    assert not Award.objects.exists()


def test_stock_is_set_aside_or_nothing_happens() -> None:
    contest = concluded(34_000, 33_000)
    record = contest.stalls[1][1].stockrecord
    type(record).objects.filter(pk=record.pk).update(num_in_stock=10)

    refused_leaving_all(contest, "out_of_stock", lambda: decide(contest))


def test_the_papers_are_issued() -> None:
    contest = concluded(34_000, 32_000)
    decide(contest)

    kinds = Paper.objects.filter(subject_type="competition").values_list("kind", flat=True)
    assert sorted(kinds) == ["ba_mini_kompetisi", "undangan_mini_kompetisi"]
    facts = Paper.objects.get(kind="ba_mini_kompetisi").facts
    assert [(each["rank"], each["winner"]) for each in facts["offers"]] == [(1, True), (2, False)]

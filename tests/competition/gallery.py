"""Competitions in every state at one unit with one vendor, for those who look at pages."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.competition import actions
from procurement.competition.actions import Judgement
from procurement.competition.queries import lots_of
from procurement.planning.models import Package
from tests.competition import contests
from tests.competition.contests import REASON, Contest
from tests.planning import plans
from tests.purchasing.factories import Office
from vendors.models import Vendor

GOOD = Judgement(administrative=True, technical=True, price=True)
POOR = Judgement(administrative=True, technical=False, price=True, technical_note="Tidak ada menu vegetarian")


def of_every_state(unit: Office, seller: Vendor) -> dict[str, Contest]:
    """By name of the state: drafted, published, waiting to be opened, judged, decided, failed."""
    office = _package_at(unit)
    made = {"DRAFT": contests.draft(at=office, seller=seller, sellers=0)}
    asked = made["PUBLISHED"] = contests.published(at=office, seller=seller, sellers=0)
    number = asked.thing.number
    first = actions.ask(actor=asked.owner(0), number=number, text="Boleh kemasan kertas?")
    actions.ask(actor=asked.owner(0), number=number, text="Apakah parkir tersedia?")
    actions.answer(actor=asked.pp, number=number, question_id=first.pk, text="Boleh, asal kering.")
    asked.offer(0, 34_000)
    with clock.frozen(clock.now() - timedelta(days=12)):
        made["WAITING"] = contests.published(at=office, seller=seller, sellers=0)
    low = made["CLOSED"] = _opened(office, seller, 20_000)
    offer = lots_of(low.thing)[0].candidates[0].offer
    actions.ask_structure(actor=low.pp, competition_id=low.thing.pk, offer_id=offer.pk)
    made["EVALUATED"] = _judged(_opened(office, seller, 34_000), GOOD)
    made["NOBODY"] = _judged(_opened(office, seller, 34_000), POOR)
    decided = made["DECIDED"] = _judged(_opened(office, seller, 33_000), GOOD)
    actions.decide(actor=decided.pp, competition_id=decided.thing.pk, reason=REASON)
    failed = made["FAILED"] = contests.published(at=office, seller=seller, sellers=0)
    failed.open()
    return made


def _package_at(unit: Office) -> Office:
    """A further prepared package of the unit, so that its other orders are not crowded out."""
    officers = unit.officers
    package = plans.package(
        pagu=90_000_000,
        at=unit.package.organisation,
        state="PREPARED",
        hps_total=80_000_000,
        kind_code=Package.Kind.GOODS,
        name="Konsumsi rapat triwulan IV",
        **plans.hands(officers[Role.PPK], officers[Role.PP]),
    )
    return Office(package, officers)


def _opened(office: Office, seller: Vendor, price: int) -> Contest:
    contest = contests.published(at=office, seller=seller, sellers=0)
    contest.offer(0, price)
    contest.open()
    return contest


def _judged(contest: Contest, judgement: Judgement) -> Contest:
    candidate = lots_of(contest.thing)[0].candidates[0]
    actions.judge(
        actor=contest.pp,
        competition_id=contest.thing.pk,
        offer_id=candidate.offer.pk,
        judgement=judgement,
    )
    actions.conclude(actor=contest.pp, competition_id=contest.thing.pk)
    contest.fresh()
    return contest

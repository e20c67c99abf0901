"""A market in which everything happened that is told to the public, brought about by the actions people use."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit import sequencer
from marketplace.core import clock
from marketplace.events import registry
from marketplace.events.reading import read_batch
from procurement.competition import actions as competing
from procurement.fulfilment import clockwork
from procurement.fulfilment.actions import Count
from procurement.opendata.models import Release
from procurement.opendata.queries import READER
from procurement.planning import actions as planning
from procurement.planning.importing.plan import import_plan
from procurement.purchasing.actions import Change, agree, agree_addendum, close, lapse_due
from procurement.purchasing.models import Purchase
from procurement.settlement import actions as settlement
from procurement.settlement.models import Evidence, PaymentObligation, TaxLine
from tests.competition import contests
from tests.competition.contests import REASON
from tests.competition.test_deciding import POOR, concluded, decide, judge
from tests.fakes.stripe import FakeStripe
from tests.fulfilment.parts import on, two_milestones, two_places
from tests.fulfilment.test_deemed import past_waiting
from tests.planning.test_import import SYSTEM, as_csv, rows
from tests.planning.test_package_moves import Unit
from tests.purchasing import factories
from tests.purchasing.factories import Story
from tests.settlement.orders import SCAN, Case, to_the_bank, with_account
from tests.settlement.test_billing import approved
from tests.settlement.test_gateway import paid


def catch_up(size: int = 200) -> None:
    """Put every entry into the tree and let the reader of this room read all of it."""
    while sequencer.integrate():
        pass
    (reader,) = [each for each in registry.readers() if each.name == READER]
    while read_batch(reader, size=size):
        pass


def published_of(purchase: Purchase) -> dict[str, object]:
    """What stands in the addresses of open data about an order: its newest release, and a table of its year."""
    catch_up()
    release = Release.objects.filter(ocid__endswith=purchase.number).latest("leaf_id")
    year = purchase.package.year
    return {"ocid": release.ocid, "leaf_index": release.leaf_id, "name": "paket-e-purchasing", "year": year}


def furnish_some() -> None:
    """A plan, a paid order and a decided competition: some of everything that is told, in a few seconds."""
    _plans()
    _paid_by_the_treasury()
    decide(concluded(34_000, 33_000))


def furnish(stripe: FakeStripe) -> None:
    """Every kind of event, once and more."""
    _plans()
    _ends_before_the_contract()
    _negotiated_and_amended()
    _deliveries()
    _endings()
    _contests()
    _paid_by_the_provider(stripe)
    _paid_by_the_treasury()


# ── plans ──


def _plans() -> None:
    """Two packages announced, one of them amended; one prepared, opened again and closed."""
    plan = rows({"pagu": "20000000"}, {"pagu": "30000000"})
    import_plan(actor=SYSTEM, file_name="rup.csv", content=as_csv(plan))
    plan[0]["pagu"] = "25000000"
    import_plan(actor=SYSTEM, file_name="rup-2.csv", content=as_csv(plan))
    unit = Unit()
    unit.dispose()
    unit.prepare()
    planning.revise(actor=Actor.of(unit.ppk), package_id=unit.package.pk, reason=REASON)
    planning.close(actor=unit.pa, package_id=unit.package.pk, reason=REASON)


# ── orders ──


def _ends_before_the_contract() -> None:
    for state in ("AWAITING_PPK", "AWAITING_VENDOR", "CANCELLED", "NEGOTIATING"):
        factories.story(state)
    factories.story("AWAITING_PPK").take("cancel")
    factories.story("AWAITING_VENDOR").take("decline")
    factories.story("NEGOTIATING").take("decline")
    late = factories.story("AWAITING_VENDOR")
    due = late.fresh().due_at
    assert due is not None
    with clock.frozen(due + timedelta(days=1)):
        lapse_due()
    assert late.fresh().state == "EXPIRED"


def _negotiated_and_amended() -> None:
    story = factories.story("NEGOTIATING")
    story.take("counter")
    agree(actor=story.vendor, purchase_id=story.purchase.pk)
    for name in ("approve", "confirm"):
        story.take(name)
    line, delivery = story.purchase.lines.get(), story.purchase.deliveries.get()
    more = Change(quantities={(line.pk, delivery.pk): line.quantity + 1})
    for change in (None, more):
        addendum = story.proposes(change=change)
        agree_addendum(actor=story.actor(Role.PPK), addendum_id=addendum.pk)
        story.fresh()


def _deliveries() -> None:
    factories.story("SHIPPED")
    factories.story("INSPECTED")
    both = two_places()
    on(both, 1, "ship", "receive", "inspect", "sign_bast", "accept")
    on(both, 2, "ship")
    short = factories.story("SHIPPED")
    on(short, 1, "receive", counts={short.purchase.lines.get().pk: Count(15, 5)})
    for name in ("report_discrepancy", "comment", "accept_short", "sign_bast", "accept"):
        short.take(name)
    silent = factories.story("DELIVERED")
    with past_waiting(silent):
        clockwork.tick()
    assert silent.fresh().state == "ACCEPTED"


def _endings() -> None:
    factories.story("STOPPED")
    factories.story("TERMINATED")
    rejected = factories.story("DISCREPANCY")
    rejected.take("comment")
    rejected.take("reject_goods")
    half = two_milestones()
    on(half, 1, "ship", report=REASON)
    on(half, 1, "receive", "inspect", "sign_bast", "accept")
    half.take("stop")


# ── competitions ──


def _contests() -> None:
    contests.draft()
    contests.published().offer(0, 33_000)
    gone = contests.published()
    competing.cancel(actor=gone.pp, competition_id=gone.thing.pk, reason=REASON)
    never = contests.draft()
    competing.cancel(actor=never.pp, competition_id=never.thing.pk, reason=REASON)
    failed = contests.published()
    failed.open()
    with contests.after(failed.thing, hours=1) as moment:
        later = moment + timedelta(days=9)
        competing.extend(actor=failed.pp, competition_id=failed.thing.pk, closes_at=later, reason=REASON)
    contests.opened(34_000, 33_000)
    nobody = concluded(34_000, judgement=POOR)
    competing.give_up(actor=nobody.pp, competition_id=nobody.thing.pk, reason=REASON)
    decide(concluded(34_000, 33_000, 36_000))
    decide(concluded(34_000), negotiate=True)
    _per_item()


def _per_item() -> None:
    """Two winners in one competition: one signs and delivers, the other declines after the PPK signed."""
    contest = contests.draft(sellers=2, lines=contests.needs(lines=3, quantity=20), itemized=True)
    contest.publish(reason=REASON)
    first, _second, third = contest.thing.lines.all()
    contest.offer(0, 30_000, lines=[first, third], shipping=10_000)
    contest.offer(1, 33_000, shipping=5_000)
    contest.open()
    for lot in range(3):
        judge(contest, lot=lot)
    competing.conclude(actor=contest.pp, competition_id=contest.thing.pk)
    signs, declines = (Story(purchase, contest.office) for purchase in decide(contest, reason=REASON))
    for name in ("approve", "confirm", "ship", "receive", "inspect", "sign_bast", "accept"):
        signs.take(name)
    for name in ("approve", "decline"):
        declines.take(name)


# ── money ──


def case_of(story: Story) -> Case:
    """The order's people as the tests of settlement call them; its vendor has an account to be paid to."""
    with_account(story.purchase)
    office = story.office
    return Case(
        story.purchase,
        vendor=story.vendor,
        verifier=office.actor(Role.PPK_SKPD),
        approver=office.actor(Role.PA),
        treasurer=office.actor(Role.TREASURER),
        receiver=office.actor(Role.RECEIVER),
        ppk=office.actor(Role.PPK),
        appointments=office.officers,
    )


def _large(reams: int) -> Story:
    """An accepted order large enough to be taxed."""
    office = factories.office(pagu=150_000_000)
    return factories.story("ACCEPTED", at=office, wanted=[(factories.paper(in_stock=5_000), reams)])


def _paid_by_the_provider(stripe: FakeStripe) -> None:
    """Paid into escrow; the first transfer comes back, the second arrives; taxes are deposited, the order is closed."""
    case = case_of(_large(200))
    approved(case)
    paid(case, stripe)
    first = to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    settlement.return_payout(actor=case.treasurer, payout_id=first.pk, reason="rekening tutup")
    to_the_bank(case.treasurer, case.verifier, case.purchase.pk)
    _proved(case, Evidence.Kind.BANK_TRANSFER)
    _deposited(case)
    close(actor=case.ppk, purchase_id=case.purchase.pk, rating=4)


def _paid_by_the_treasury() -> None:
    """LS: an SP2D pays."""
    case = case_of(_large(1_200))
    assert case.purchase.mechanism == "LS"
    approved(case)
    _proved(case, Evidence.Kind.SP2D)
    _deposited(case)


def _proved(case: Case, kind: Evidence.Kind) -> None:
    net = PaymentObligation.objects.get(purchase=case.purchase).net
    proof = settlement.Proof(f"{kind}-{case.purchase.pk}", clock.today(), net, SCAN)
    kept = settlement.record_evidence(
        actor=case.treasurer, purchase_id=case.purchase.pk, kind=kind, proof=proof
    )
    settlement.verify_evidence(actor=case.verifier, evidence_id=kept.pk)


def _deposited(case: Case) -> None:
    for tax in TaxLine.objects.filter(obligation__purchase=case.purchase):
        settlement.record_deposit(
            actor=case.treasurer,
            tax_line_id=tax.pk,
            billing_code="820231123456789",
            ntpn=f"AAAA{tax.pk:012d}",
            deposited_on=clock.today(),
        )

"""Rows of the kinds that no plain order makes, each by the act people use, so that the log knows them."""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.administration import actions as administration
from marketplace.core import clock
from marketplace.regulation.models import Parameter, Region
from procurement.oversight.actions.watching import watch_holds
from procurement.settlement import actions as settlement
from procurement.settlement.models import Payout
from search.actions.saved import save_search
from search.question import Question
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.oversight.audits import Audit
from tests.settlement.orders import accepted
from tests.settlement.test_billing import approved
from tests.settlement.test_outside import proposed
from tests.settlement.test_payout_batches import SOURCE, rule
from tests.settlement.test_payouts import only, owed
from tests.settlement.test_refunds import late, propose

REASON = "Sesuai permintaan tertulis instansi"


def furnish(stripe: FakeStripe) -> None:
    """Money by a provider, too late and outside the system; transfers in a batch and held; rules by two operators."""
    _too_late(stripe)  # first, for it takes the first event that the provider has
    paid = owed(stripe)
    region, unit = paid.purchase.region, paid.purchase.organisation
    rule(region, "payout.source_account", SOURCE)
    batch = settlement.make_batch(actor=paid.treasurer, payout_ids=[only(paid).pk]).batch
    settlement.approve_batch(actor=paid.verifier, batch_id=batch.pk)
    held = owed(stripe, at=unit)
    audit = Audit.of(unit)
    settlement.hold_payout(actor=audit["LEADER"], payout_id=only(held).pk, reason=REASON)
    watch_holds()
    assert Payout.objects.count() == 2
    outside = accepted()
    approved(outside)
    proposed(outside)
    _rules(region)
    save_search(actor=paid.treasurer, name="Kertas", question=Question(text="kertas"))


def _too_late(stripe: FakeStripe) -> None:
    case = accepted()
    approved(case)
    money = late(case, stripe)
    settlement.take_money(actor=case.treasurer, money_id=money.pk)
    propose(case.treasurer, money)
    settlement.agree_resolution(actor=_operator(case.purchase.region), money_id=money.pk)


def _operator(region: Region) -> Actor:
    return people.actor(
        Role.OPERATOR, people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=region)
    )


def _rules(region: Region) -> None:
    """A value of the region, a holiday and an appointment, as operators record them."""
    one, other = _operator(region), _operator(region)
    national = Parameter.objects.filter(region=None, state="ACTIVE", unit="hari kerja").first()
    assert national is not None
    proposal = administration.propose_parameter(
        actor=one,
        code=national.code,
        value=national.value + 1,
        valid_from=clock.today() + timedelta(days=1),
        legal_basis="Keputusan kepala daerah, contoh",
    )
    administration.approve_parameter(actor=other, parameter_id=proposal.pk)
    day = administration.propose_holiday(
        actor=one, day=date(2098, 1, 2), name="Hari contoh", kind="LIBUR", legal_basis="SKB, contoh"
    )
    administration.approve_holiday(actor=other, proposal_id=day.pk)
    administration.appoint(
        actor=one,
        user_id=people.user("Penerima baru").pk,
        organisation_id=people.organisation(in_region=region).pk,
        role=Role.RECEIVER,
        decree_number="SK/1/2026",
        decree_date=clock.today(),
        valid_from=clock.today(),
    )

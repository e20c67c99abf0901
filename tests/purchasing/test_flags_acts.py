"""Red flags where the acts are: ways around a limit, two officers at once, what came up since, and what it costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.oscar.baskets import open_basket
from procurement.planning.models import Package
from procurement.purchasing.actions import approve, submit_basket
from procurement.purchasing.actions.flagging import looked_over
from procurement.purchasing.actions.wishes import Wish, laid_out, shares_of
from procurement.purchasing.models import Flag, Purchase, PurchaseLine
from procurement.purchasing.queries.flags import flag_page
from tests import people
from tests.planning import plans
from tests.purchasing import factories
from tests.purchasing.test_flags_http import LARGE, WHY, consequence
from tests.purchasing.test_submission import assert_refused
from tests.vendors import stalls
from vendors.actions import change_price
from vendors.models import Listing, ListingPrice

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> factories.Office:
    return factories.office(pagu=200_000_000)


def package_beside(unit: factories.Office, *, buyer: Role = Role.PP) -> factories.Office:
    """Another package of the same unit under the same account, given to another PP."""
    home = unit.package.organisation
    officers = {**unit.officers, Role.PP: people.appointment(buyer, home)}
    made = plans.package(
        pagu=200_000_000,
        at=home,
        state="PREPARED",
        hps_total=180_000_000,
        kind_code=Package.Kind.GOODS,
        **plans.hands(officers[Role.PPK], officers[Role.PP]),
    )
    made.lines.update(rekening=unit.line.rekening, mak=unit.line.mak)
    return factories.Office(made, officers)


def bought(unit: factories.Office, *wanted: tuple[Listing, int], **told) -> list[Purchase]:
    buyer = unit.actor(Role.PP)
    factories.fill_basket(buyer, wanted or [(factories.paper(in_stock=9_000), LARGE)])
    return submit_basket(
        actor=buyer,
        package_id=unit.package.pk,
        budget_line_id=unit.line.pk,
        destinations=[factories.delivery()],
        no_negotiation_reason=factories.REASON,
        **told,
    )


def codes(purchase: Purchase) -> set[str]:
    return {f"{flag.code}/{flag.rung}" for flag in purchase.flags.all()}


# ── ways around ──


def test_over_three_days_by_two_pps_with_other_vendors_and_another_package(unit):
    with clock.frozen(clock.now() - timedelta(days=3)):
        bought(unit)
    other = package_beside(unit)
    buyer = other.actor(Role.PP)
    wanted = factories.paper(in_stock=9_000), LARGE
    factories.fill_basket(buyer, [wanted])

    refused = assert_refused("justification_needed", other)

    assert refused.rule
    assert "Rp99." in refused.sentence
    (order,) = bought(other, wanted, justifications={"ID08": WHY})
    flag = order.flags.get(code="ID08", rung="50000000")
    assert flag.justification == WHY
    assert flag.said_by_id == buyer.user_id
    assert flag.evidence["same_vendor"] is False
    assert [each["id"] for each in flag.evidence["orders"]] == [Purchase.objects.order_by("pk")[0].pk]


def test_a_window_later_nothing_is_said(unit):
    with clock.frozen(clock.now() - timedelta(days=31)):
        bought(unit)
    (order,) = bought(unit)
    assert "ID08/50000000" not in codes(order)


def test_cancelled_orders_do_not_count(unit):
    (first,) = bought(unit)
    factories.Story(first, unit).take("refuse")
    (order,) = bought(unit)
    assert "ID08/50000000" not in codes(order)


def test_one_basket_to_two_vendors_is_seen_on_both(unit):
    half = [(factories.paper(in_stock=9_000), LARGE), (factories.paper(in_stock=9_000), LARGE)]
    first, second = bought(unit, *half, justifications={"ID08": WHY})
    assert "ID08/50000000" in codes(first)
    assert "ID08/50000000" in codes(second)


def test_above_200_million_together_the_pa_must_look(unit):
    two = factories.paper(in_stock=9_000)
    beside = package_beside(unit)
    for each in (unit, beside, unit, beside):
        bought(each, (two, LARGE), justifications={"ID08": WHY})
    third = package_beside(unit)
    (order,) = bought(third, (two, LARGE), justifications={"ID08": WHY})
    assert order.endorsement_needed
    with pytest.raises(Refused) as refused:
        factories.Story(order, third).take("approve")
    assert refused.value.code == "not_endorsed"
    assert order.flags.filter(consequence="SECOND", rung="200000000").exists()


# ── domestic products ──


def test_a_lower_rank_is_explained_while_a_higher_one_can_be_had(unit):
    plain = factories.paper(tkdn_bp=None)
    better = factories.paper(title="Kertas ber-TKDN")
    factories.fill_basket(unit.actor(Role.PP), [(plain, 10)])
    refused = assert_refused("justification_needed", unit)
    assert "Kertas ber-TKDN" in refused.sentence
    (order,) = bought(unit, (plain, 10), reason="Kertas ini cocok dengan mesin cetak kami.")
    flag = order.flags.get(code="PDN")
    assert flag.evidence["lines"] == [
        {"listing": plain.pk, "rank": 4, "better": better.pk, "better_rank": 2},
    ]
    assert flag.justification == "Kertas ini cocok dengan mesin cetak kami."


@pytest.mark.parametrize(
    "unlike",
    [
        {"in_stock": 9},
        {"kbki_code": "8899999"},
        {"way": "alat-tulis-kantor/pulpen"},
        {"area_codes": ["32.73"]},
    ],
)
def test_what_cannot_be_had_instead_asks_nothing(unit, unlike):
    plain = factories.paper(tkdn_bp=None)
    factories.paper(**unlike)
    (order,) = bought(unit, (plain, 10))
    assert not {code for code in codes(order) if code.startswith("PDN")}


def test_an_imported_product_needs_the_pa(unit):
    (order,) = bought(
        unit, (factories.paper(is_pdn=False, tkdn_bp=None), 10), reason="Tidak ada buatan dalam negeri."
    )
    assert codes(order) >= {"PDN/import"}
    assert order.endorsement_needed


# ── prices ──


def test_a_price_raised_before_the_order_is_explained(unit):
    paper = factories.paper()
    with clock.frozen(clock.now() + timedelta(days=20)):
        change_price(actor=_owner(paper), listing_id=paper.pk, price=65_000)
        (order,) = bought(unit, (paper, 10), justifications={"ID04": WHY})
    flag = order.flags.get(code="ID04")
    assert flag.evidence["prices"] == [{"listing": paper.pk, "price": 65_000, "median": 52_000}]


def _owner(listing: Listing) -> Actor:
    return stalls.owner_of(listing.vendor)


# ── what came up since ──


def test_splitting_that_came_after_is_met_at_approval(unit):
    (first,) = bought(unit)
    bought(unit, justifications={"ID08": WHY})
    story = factories.Story(first, unit)
    before = (Entry.objects.count(), Flag.objects.count(), story.fresh().revision)
    with pytest.raises(Refused) as refused:
        story.take("approve")
    assert refused.value.code == "justification_needed"
    assert (Entry.objects.count(), Flag.objects.count(), story.fresh().revision) == before

    story.take("approve", justifications={"ID08": WHY})

    flag = first.flags.get(code="ID08", rung="50000000")
    assert (flag.moment, flag.said_by_id) == ("APPROVAL", story.actor(Role.PPK).user_id)
    approved = Entry.objects.get(act="purchase.approve")
    assert approved.facts["flags"] == ["ID08/50000000"]


def test_what_came_up_since_and_wants_the_pa_is_kept_and_the_order_waits(unit):
    (first,) = bought(unit)
    bought(unit, justifications={"ID08": WHY})
    consequence("ID08", "SECOND")
    story = factories.Story(first, unit)
    with pytest.raises(Refused) as refused:
        story.take("approve", justifications={"ID08": WHY})
    assert refused.value.code == "newly_flagged"
    assert story.fresh().endorsement_needed
    assert story.purchase.state == "AWAITING_PPK"
    assert first.flags.filter(moment="APPROVAL", consequence="SECOND").count() == 1
    with pytest.raises(Refused) as refused:
        story.take("approve")
    assert refused.value.code == "not_endorsed"


def test_at_the_vendors_word_it_is_only_kept(unit):
    (first,) = bought(unit)
    story = factories.Story(first, unit)
    story.take("approve")
    bought(unit, justifications={"ID08": WHY})
    consequence("ID08", "HOLD")
    story.take("confirm")
    assert story.purchase.state == "ORDERED"
    assert not story.purchase.on_hold
    assert first.flags.get(code="ID08", rung="50000000").moment == "CONFIRMATION"
    told = Entry.objects.filter(act="purchase.flag", aggregate_id=str(first.pk)).latest("pk")
    assert told.facts["moment"] == "CONFIRMATION"


def test_nobody_else_makes_an_order_wait_by_trying_to_approve_it(unit):
    (first,) = bought(unit)
    bought(unit, justifications={"ID08": WHY})
    consequence("ID08", "SECOND")
    before = (Entry.objects.count(), Flag.objects.count())
    with pytest.raises(Refused):
        approve(actor=unit.actor(Role.PP), purchase_id=first.pk, justifications={"ID08": WHY})
    assert (Entry.objects.count(), Flag.objects.count()) == before


# ── what it costs ──


def looked(unit: factories.Office) -> int:
    """Queries of one look at the actor's basket."""
    buyer = unit.actor(Role.PP)
    destinations = [factories.delivery()]
    shares = shares_of(
        laid_out(open_basket(buyer.user_id or 0), destinations), unit.package.region_id, destinations
    )
    with CaptureQueriesContext(connection) as told:
        looked_over(unit.package, unit.line, shares, destinations, Wish())
    return len(told)


def many_orders(like: Purchase, count: int) -> None:
    """So many copies of an order, as rows alone: what is measured is reading them."""
    line = like.lines.get()
    rows = []
    for number in range(count):
        copy = Purchase.objects.get(pk=like.pk)
        copy.pk, copy._state.adding, copy.number = None, True, f"EO-2026-9{number:05d}"
        copy.oscar_order = None
        rows.append(copy)
    made = Purchase.objects.bulk_create(rows)
    columns = {field.attname: getattr(line, field.attname) for field in line._meta.concrete_fields}
    del columns["id"]
    PurchaseLine.objects.bulk_create(PurchaseLine(**{**columns, "purchase_id": each.pk}) for each in made)
    ListingPrice.objects.bulk_create(
        ListingPrice(listing=line.listing, price=52_000, valid_from=clock.now() - timedelta(hours=n))
        for n in range(1, 60)
    )


@pytest.mark.long
def test_two_thousand_orders_cost_as_many_queries_as_one(unit):
    (order,) = bought(unit, (factories.paper(), 1))
    factories.fill_basket(
        unit.actor(Role.PP), [(factories.paper(tkdn_bp=None), 1), (factories.paper(tkdn_bp=None), 1)]
    )
    few = looked(unit)
    many_orders(order, 2_000)
    assert looked(unit) == few
    assert few <= 7  # with the lock of the unit: eight


def test_the_list_is_flat_in_rows(unit, django_assert_max_num_queries):
    (order,) = bought(unit)
    auditor = unit.actor(Role.PA)
    Flag.objects.bulk_create(
        Flag(
            purchase=order,
            region_id=order.region_id,
            organisation_id=order.organisation_id,
            code="ID08",
            rung=f"{number}",
            moment="APPROVAL",
            consequence="EXPLAIN",
            at=clock.now(),
            sentence="Uji.",
            evidence={},
            values={},
            legal_basis="Uji",
        )
        for number in range(60)
    )
    with django_assert_max_num_queries(1):
        page = flag_page(auditor)
        assert {each.purchase.vendor.name for each in page.rows}
    assert (len(page.rows), page.newer) == (25, None)
    older = flag_page(auditor, before=page.older)
    assert {each.pk for each in older.rows}.isdisjoint(each.pk for each in page.rows)
    newer = flag_page(auditor, after=older.newer)
    assert [each.pk for each in newer.rows] == [each.pk for each in page.rows]


# ── two officers at once ──


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_cannot_both_stay_under_the_limit():
    """Each alone would be unflagged: whoever comes second sees the first."""
    first = factories.office(pagu=200_000_000)
    second = package_beside(first)
    offices = [first, second]
    for each in offices:
        factories.fill_basket(each.actor(Role.PP), [(factories.paper(in_stock=9_000), LARGE)])
    start = Barrier(2)

    def order(unit: factories.Office) -> str:
        try:
            connection.ensure_connection()
            start.wait(60)
            submit_basket(
                actor=unit.actor(Role.PP),
                package_id=unit.package.pk,
                budget_line_id=unit.line.pk,
                destinations=[factories.delivery()],
                no_negotiation_reason=factories.REASON,
            )
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(order, offices))

    assert outcomes == ["done", "justification_needed"]
    assert Purchase.objects.count() == 1

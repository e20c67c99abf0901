"""Preparing a competition: a draft from a package, saved as often as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.core.transitions import Refused
from marketplace.workflow.door import begin, beginning, doing
from procurement.competition.models import Competition, RequestLine
from procurement.competition.numbering import next_number
from procurement.competition.workflow import BUYERS
from procurement.planning.models import BudgetLine, Package
from procurement.purchasing import checks
from vendors.models import Listing

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is asked for; `hps_price` whole rupiah a unit before tax."""

    item: str
    quantity: int
    unit: str
    hps_price: int
    specification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything a buyer fills in; empty where it is not known yet."""

    title: str = ""
    request_text: str = ""
    kind: str = Listing.Kind.GOODS
    category_id: int | None = None
    specification: str = ""
    terms: str = ""
    itemized: bool = False
    small_only: bool = True
    address: str = ""
    place_code: str = ""
    place_name: str = ""
    needed_by: date | None = None
    needed_at: time | None = None
    closes_at: datetime | None = None


def draft(
    *,
    actor: Actor,
    package_id: int,
    budget_line_id: int,
    said: Draft | None = None,
    needs: Sequence[Need] = (),
) -> Competition:
    """Begin a competition for a prepared package of the actor's unit, as the officer who may buy from it.

    Raises Refused (`checks` of purchasing), Package.DoesNotExist for another unit's package.
    """
    actor.require(*BUYERS)
    with beginning(Competition, act="competition.draft", actor=actor) as passage:
        package = Package.objects.select_related("organisation").get(
            pk=package_id, organisation=actor.organisation_id
        )
        line = BudgetLine.objects.get(pk=budget_line_id, package=package)
        checks.open_for_buying(package)
        checks.authority(actor, package)
        checks.budget_line_of(package, line)
        assert actor.appointment_id is not None  # officers act under an appointment
        buyer = Appointment.objects.get(pk=actor.appointment_id)
        competition = Competition(
            number=next_number(),
            region_id=package.region_id,
            organisation_id=package.organisation_id,
            package=package,
            budget_line=line,
            buyer=buyer,
            buyer_user_id=buyer.user_id,
            title=package.name[:200],
            kind=_usual_kind(package),
        )
        if said is not None:
            _fill(competition, said)
        passage.thing = begin(competition, at=passage.at)
        _replace_lines(competition, needs)
        passage.facts.update(number=competition.number, kd_rup=package.kd_rup)
    return passage.thing


def save_draft(
    *, actor: Actor, competition_id: int, said: Draft, needs: Sequence[Need], revision: int | None = None
) -> Competition:
    """Save a draft as its buyer; nothing needs to be complete. It is no act of the log: nobody has heard of it yet.

    Raises Refused `not_yours`, `wrong_state`, `stale`, `too_many_lines`.
    """
    with doing(actor=actor):
        competition = (
            Competition.objects.select_for_update(of=("self",))
            .select_related("package", "buyer")
            .get(pk=competition_id, organisation=actor.organisation_id)
        )
        if revision is not None and competition.revision != revision:
            raise Refused(
                "stale",
                _("Rancangan ini sudah diubah sejak halaman Anda dibuka."),
                fix=_("Muat ulang halaman, periksa isinya, lalu ulangi."),
            )
        # the same question the door would ask for the next step of a draft
        competition.moves.decide(competition.state, "publish", actor.role, competition.standing(actor))
        _fill(competition, said)
        competition.revision += 1
        _replace_lines(competition, needs)
        competition.save()
    return competition


def _fill(competition: Competition, said: Draft) -> None:
    told: dict[str, Any] = {each.name: getattr(said, each.name) for each in fields(said)}
    told["title"] = " ".join(said.title.split())[:200] or competition.package.name[:200]
    for name, value in told.items():
        setattr(competition, name, value.strip() if isinstance(value, str) else value)


def _replace_lines(competition: Competition, needs: Sequence[Need]) -> None:
    if len(needs) > MOST_LINES:
        raise Refused(
            "too_many_lines",
            _("Satu mini-kompetisi memuat paling banyak %(n)d barang.") % {"n": MOST_LINES},
            fix=_("Kelompokkan barang yang sejenis."),
        )
    competition.lines.all().delete()
    RequestLine.objects.bulk_create(
        RequestLine(
            competition=competition,
            position=position,
            item=need.item.strip(),
            specification=need.specification.strip(),
            quantity=need.quantity,
            unit=need.unit.strip(),
            hps_price=need.hps_price,
        )
        for position, need in enumerate(needs, start=1)
    )
    competition.hps_total = sum(need.quantity * need.hps_price for need in needs)
    Competition.objects.filter(pk=competition.pk).update(hps_total=competition.hps_total)


def _usual_kind(package: Package) -> str:
    return Listing.Kind.SERVICE if package.kind_code == Package.Kind.SERVICES else Listing.Kind.GOODS

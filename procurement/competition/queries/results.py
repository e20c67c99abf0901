"""What may be read of opened offers: everything for buyers and auditors, the result and one's own note for vendors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from procurement.competition.models import Award, Competition, Offer, Outcome, PriceQuery
from procurement.competition.queries.ranking import Lot, lots_of


@dataclass(frozen=True, slots=True)
class Results:
    """`lots` is empty for vendors; `own` and `outcome` are the reader's, `awards` stand once it is decided."""

    lots: Sequence[Lot] = ()
    awards: Sequence[Award] = ()
    offers: int = 0
    own: Offer | None = None
    outcome: Outcome | None = None
    query: PriceQuery | None = None
    may_judge: bool = False
    outcomes: Sequence[Outcome] = field(default=())

    @property
    def waiting(self) -> bool:
        """Whether an offer waits to be judged."""
        return any(lot.next_up is not None for lot in self.lots)


def results_for(actor: Actor, competition: Competition) -> Results | None:
    """What `actor` may read once the offers were opened; None before. At most seven queries."""
    if competition.opened_at is None:
        return None
    ended = competition.ended_at is not None
    awards = list(
        competition.awards.select_related("offer__vendor__organisation", "line", "purchase") if ended else ()
    )
    if actor.role != Role.VENDOR:
        return Results(
            lots=lots_of(competition),
            awards=awards,
            may_judge=competition.state == "CLOSED" and bool(competition.standing(actor)["buyer"]),
            outcomes=list(
                Outcome.objects.filter(offer__competition=competition).select_related(
                    "offer__vendor__organisation"
                )
                if ended
                else ()
            ),
        )
    own = competition.offers.filter(vendor__organisation_id=actor.organisation_id or 0).first()
    return Results(
        awards=awards,
        offers=competition.offers.count() if ended else 0,
        own=own,
        outcome=Outcome.objects.filter(offer=own).first() if own and ended else None,
        query=PriceQuery.objects.filter(offer=own, reply__isnull=True).first()
        if own and competition.state == "CLOSED"
        else None,
    )

"""What may be known of sealed offers before the opening: one's own seal, and the count only where a rule shows it."""

from __future__ import annotations

from marketplace.accounts.actors import Actor
from marketplace.regulation.queries import parameter
from procurement.competition import sealing
from procurement.competition.models import Competition, SealedOffer
from vendors.models import Vendor


def own_seal(competition: Competition, actor: Actor) -> SealedOffer | None:
    """The last version the actor's own firm has sealed, without its content. Two queries."""
    vendor_id = (
        Vendor.objects.filter(organisation_id=actor.organisation_id or 0).values_list("pk", flat=True).first()
    )
    if vendor_id is None:
        return None
    sender = sealing.sender_of(competition.number, vendor_id)
    return SealedOffer.objects.filter(sender=sender).defer("sealed").order_by("-version").first()


def sealed_count(competition: Competition) -> int | None:
    """How many firms have sealed something, where `competition.show_count` says so; else None."""
    if competition.state != "PUBLISHED":
        return None
    if not parameter("competition.show_count", region_id=competition.region_id).value:
        return None
    box = sealing.box_of(competition.number)
    return SealedOffer.objects.filter(box=box).values("sender").distinct().count()

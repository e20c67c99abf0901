"""Whom an entry about a competition is news for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events.queries import News, Recipient
from procurement.competition.models import Competition, Invitation, Offer

TO_INVITED = {
    "competition.publish",
    "competition.extend",
    "competition.answer",
    "competition.cancel",
    "competition.decide",
    "competition.give_up",
}
"""What everybody invited hears of."""
TO_BUYER = {"competition.ask", "competition.open", "competition.give_structure"}


def notice_recipients(entry: Entry) -> News | None:
    """The news an entry about a competition is; None for one that changes nobody's turn."""
    competition = Competition.objects.filter(pk=int(entry.aggregate_id)).first()
    if competition is None:
        return None
    url = competition.get_absolute_url()
    if entry.act in TO_BUYER:
        return News((Recipient(user_id=competition.buyer_user_id),), url)
    if entry.act == "competition.ask_structure":
        return News(_offering(entry), url, _("jelaskan rincian harga Anda"))
    if entry.act == "competition.invite":
        return News(_vendors(competition, since=entry), url, _("ajukan penawaran"))
    if entry.act in TO_INVITED and competition.published_at is not None:
        step = _("ajukan penawaran") if entry.act in {"competition.publish", "competition.extend"} else ""
        return News(_vendors(competition), url, step)
    return None


def _vendors(competition: Competition, since: Entry | None = None) -> tuple[Recipient, ...]:
    invited = Invitation.objects.filter(competition=competition)
    if since is not None:
        invited = invited.filter(at=since.at)
    organisations = invited.order_by("pk").values_list("vendor__organisation_id", flat=True)
    return tuple(Recipient(organisation_id=pk, role=str(Role.VENDOR)) for pk in organisations)


def _offering(entry: Entry) -> tuple[Recipient, ...]:
    offers = Offer.objects.filter(pk=entry.facts["offer"]).values_list("vendor__organisation_id", flat=True)
    return tuple(Recipient(organisation_id=pk, role=str(Role.VENDOR)) for pk in offers)

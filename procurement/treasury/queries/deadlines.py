"""Requests as things with deadlines: who holds one, for reminders and for the page of deadlines."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from marketplace.accounts.roles import Role
from marketplace.deadlines.sources import Office, Source, Standing
from marketplace.events.queries import Recipient
from procurement.treasury.models import PaymentRequest
from procurement.treasury.queries.requests import requests_of
from procurement.treasury.workflow import REQUEST

HOLDERS: Final = {
    state.code: tuple(
        Role(role)
        for each in REQUEST.moves
        if each.primary and state.code in each.sources
        for role in sorted(each.roles)
    )
    for state in REQUEST.states
}
"""By state: whose primary move it waits for."""


def standing(request: PaymentRequest) -> Standing:
    """Who holds a request and what it is called. No query."""
    return Standing(
        holders=tuple(
            Office(role, Recipient(organisation_id=request.organisation_id, role=str(role)))
            for role in HOLDERS[request.state]
        ),
        label=_("Permintaan %(kind)s %(number)s") % {"kind": request.kind, "number": request.number},
        url=request.get_absolute_url(),
        organisation_id=request.organisation_id,
    )


SOURCE = Source(PaymentRequest, standing, requests_of)

"""Exceptions as things with deadlines: who holds one, for reminders, escalation and the page of deadlines."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.deadlines.sources import Office, Source, Standing
from marketplace.events.queries import Recipient
from procurement.reconciliation.models import Discrepancy
from procurement.reconciliation.queries import discrepancies_for


def with_offices(found: QuerySet[Discrepancy]) -> QuerySet[Discrepancy]:
    """Exceptions with their account, and the region's operator for accounts that no unit holds."""
    operators = Organisation.objects.filter(
        region_id=OuterRef("region_id"), kind=Organisation.Kind.OPERATOR
    ).order_by("pk")
    return found.select_related("account", "line").annotate(operator_id=Subquery(operators.values("pk")[:1]))


def standing(odd: Discrepancy) -> Standing:
    """Who holds an exception and what it is called. No query for exceptions of `with_offices`."""
    role = Role(odd.owner_role)
    unit = odd.account.organisation_id
    body = unit if role is Role.TREASURER else getattr(odd, "operator_id", None)
    return Standing(
        holders=(Office(role, Recipient(organisation_id=body, role=str(role))),) if body else (),
        label=_("%(kind)s pada rekening koran %(day)s")
        % {"kind": odd.get_kind_display(), "day": f"{odd.line.booked_on:%d/%m/%Y}"},
        url=reverse("reconciliation-line", args=[odd.line_id]),
        organisation_id=unit,
    )


def reach(actor: Actor) -> QuerySet[Discrepancy]:
    """The exceptions whose deadlines `actor` may see."""
    return with_offices(discrepancies_for(actor))


SOURCE = Source(Discrepancy, standing, reach, complete=with_offices)

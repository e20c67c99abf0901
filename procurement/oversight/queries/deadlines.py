"""Recommendations and drafts of findings as things with deadlines: who holds one, for reminders and escalation."""

from __future__ import annotations

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.deadlines.sources import Office, Source, Standing
from marketplace.events.queries import Recipient
from procurement.oversight.models import Finding, HoldWatch, Recommendation
from procurement.oversight.queries.access import findings_for, recommendations_for
from procurement.oversight.workflow import ANSWERERS, OWED


def complete(found: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """With finding and case, and the body that verifies: the examiner, or for an external one APIP of the region."""
    others = Organisation.objects.filter(
        region_id=OuterRef("region_id"), kind=Organisation.Kind.AUDITOR_BODY, is_active=True
    ).exclude(pk=OuterRef("examiner_id"))
    return found.select_related("finding__case").annotate(
        other_body_id=Subquery(others.order_by("pk").values("pk")[:1])
    )


def standing(thing: Recommendation) -> Standing:
    """Who holds a recommendation and what it is called. No query for those of `complete`."""
    return Standing(
        holders=_holders(thing),
        label=_("Rekomendasi %(number)s LHP %(lhp)s")
        % {"number": f"{thing.finding.number}.{thing.number}", "lhp": thing.finding.case.lhp_number},
        url=thing.get_absolute_url(),
        organisation_id=thing.unit_id,
    )


def _holders(thing: Recommendation) -> tuple[Office, ...]:
    if thing.state in OWED:
        return tuple(_office(role, thing.unit_id) for role in ANSWERERS)
    if thing.state == "ANSWERED" and thing.external:
        body = getattr(thing, "other_body_id", None)
        return (_office(Role.AUDITOR, body),) if body else ()
    if thing.state in {"ANSWERED", "VERIFIED", "PROPOSED"}:
        return (_office(Role.AUDITOR, thing.examiner_id),)
    return ()


def _office(role: Role, organisation_id: int) -> Office:
    return Office(role, Recipient(organisation_id=organisation_id, role=str(role)))


def reach(actor: Actor) -> QuerySet[Recommendation]:
    """The recommendations whose deadlines `actor` may see."""
    return complete(recommendations_for(actor))


SOURCE = Source(Recommendation, standing, reach, complete=complete)


def complete_findings(found: QuerySet[Finding]) -> QuerySet[Finding]:
    """With the case file that names the examining body."""
    return found.select_related("case")


def finding_standing(finding: Finding) -> Standing:
    """A draft waits for the examining body's second auditor, one returned for its author. No query."""
    holder = _office(Role.AUDITOR, finding.case.examiner_id)
    if finding.state == "RETURNED":
        holder = Office(Role.AUDITOR, Recipient(user_id=finding.author_id))
    return Standing(
        holders=(holder,),
        label=_("Konsep temuan %(number)s berkas %(case)s")
        % {"number": finding.number, "case": finding.case.number},
        url=finding.get_absolute_url(),
    )


def reach_findings(actor: Actor) -> QuerySet[Finding]:
    """The drafts whose deadlines `actor` may see: those of the own body."""
    own = Q(case__examiner_id=actor.organisation_id)
    return complete_findings(findings_for(actor).filter(own).annotate(examiner_id=F("case__examiner_id")))


FINDING_SOURCE = Source(Finding, finding_standing, reach_findings, complete=complete_findings)


def hold_standing(watch: HoldWatch) -> Standing:
    """A hold waits for the body that put it on; the operator hears when it grows old. No query."""
    return Standing(
        holders=(_office(Role.AUDITOR, watch.body_id),) if watch.body_id else (),
        label=_("Penahanan transfer pesanan %(number)s") % {"number": watch.number},
        url=watch.get_absolute_url(),
    )


def reach_holds(actor: Actor) -> QuerySet[HoldWatch]:
    """The holds whose deadlines `actor` may see: those of the region, for auditors."""
    if actor.role != Role.AUDITOR or actor.region_id is None:
        return HoldWatch.objects.none()
    return HoldWatch.objects.filter(region_id=actor.region_id)


def own_holds(actor: Actor) -> QuerySet[HoldWatch]:
    """The open holds the auditor's own body put on."""
    return reach_holds(actor).filter(state="OPEN", body_id=actor.organisation_id)


HOLD_SOURCE = Source(HoldWatch, hold_standing, reach_holds)

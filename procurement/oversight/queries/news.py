"""Whom an entry about a recommendation or a finding is news for: who must act next, and whom a decision concerns."""

from __future__ import annotations

from typing import Final

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events.queries import News, Recipient
from procurement.oversight.models import Finding, Recommendation
from procurement.oversight.workflow import ANSWERERS, FINDING, RECOMMENDATION

TO_UNIT: Final = {
    "recommendation.issue": RECOMMENDATION.move("answer").label,
    "recommendation.return_answer": RECOMMENDATION.move("answer").label,
    "recommendation.reopen": RECOMMENDATION.move("answer").label,
    "recommendation.confirm": "",
}
"""Acts the officers of the unit hear of, and what is theirs to do then."""
OF_TEAM: Final = {
    "finding.draft": "",
    "finding.revise": "",
    "finding.return_draft": FINDING.move("revise").label,
    "finding.confirm": "",
    "finding.withdraw": "",
}
"""Acts the team hears of, and what is to be done then."""


def of_recommendation(entry: Entry) -> News | None:
    """The unit hears of what is asked and decided, APIP of answers, the team of what it must decide."""
    found = Recommendation.objects.select_related("finding__case").filter(pk=int(entry.aggregate_id)).first()
    if found is None:
        return None
    url = found.get_absolute_url()
    if entry.act in TO_UNIT:
        offices = tuple(Recipient(organisation_id=found.unit_id, role=str(role)) for role in ANSWERERS)
        return News(offices, url, TO_UNIT[entry.act])
    if entry.act == "recommendation.answer":
        return News(_apip(found), url, RECOMMENDATION.move("verify").label)
    if entry.act == "recommendation.verify":
        return News(_team(found.finding), url, RECOMMENDATION.move("propose").label)
    if entry.act == "recommendation.propose":
        return News(_team(found.finding), url, RECOMMENDATION.move("confirm").label)
    if entry.act == "recommendation.decline":
        return News(_team(found.finding), url)
    return None


def of_finding(entry: Entry) -> News | None:
    """The rest of the team hears of a draft to review, of one returned and of what became of it."""
    if entry.act not in OF_TEAM:
        return None
    found = Finding.objects.filter(pk=int(entry.aggregate_id)).first()
    return None if found is None else News(_team(found), found.get_absolute_url(), OF_TEAM[entry.act])


def _team(finding: Finding) -> tuple[Recipient, ...]:
    """Each person on the team: an office's own act is no news to it, but to a colleague it is."""
    members = finding.case.members.order_by("pk").values_list("user_id", flat=True)
    return tuple(Recipient(user_id=user) for user in members)


def _apip(thing: Recommendation) -> tuple[Recipient, ...]:
    bodies = [thing.examiner_id]
    if thing.external:
        others = Organisation.objects.filter(
            region_id=thing.region_id, kind=Organisation.Kind.AUDITOR_BODY, is_active=True
        ).exclude(pk=thing.examiner_id)
        bodies = list(others.order_by("pk").values_list("pk", flat=True))
    return tuple(Recipient(organisation_id=body, role=str(Role.AUDITOR)) for body in bodies)

"""Reads of reconciliation. Nothing else fetches an account, a line or an exception for a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.pages.desk import DeskLink
from procurement.reconciliation.legs import standing
from procurement.reconciliation.models import (
    BankStatement,
    Discrepancy,
    LegKind,
    Match,
    OwnAccount,
    Proposal,
    ReportItem,
    StatementLine,
)
from procurement.reconciliation.reading import shown
from procurement.reconciliation.report import DayReport, report

__all__ = [
    "OF_REGION",
    "OF_UNIT",
    "READERS",
    "AccountRow",
    "DayReport",
    "account_rows",
    "accounts_for",
    "desk_links",
    "discrepancies_for",
    "get_line_for",
    "get_proposal_for",
    "is_reconciled",
    "lines_for",
    "proposals_for",
    "report",
    "standing_match",
    "unmatched",
]

READERS = (Role.TREASURER, Role.PPK_SKPD, Role.OPERATOR, Role.AUDITOR)
"""Who may read bank statements and exceptions."""
OF_REGION = frozenset({Role.OPERATOR, Role.AUDITOR})
OF_UNIT = frozenset({Role.TREASURER, Role.PPK_SKPD})


def accounts_for(actor: Actor) -> QuerySet[OwnAccount]:
    """The accounts an actor may see: all of the region for operator and auditor, those of the unit for its officers."""
    found = OwnAccount.objects.filter(region_id=actor.region_id or 0)
    if actor.role in OF_REGION:
        return found
    if actor.role in OF_UNIT:
        return found.filter(organisation_id=actor.organisation_id or 0)
    return found.none()


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account with its last statement."""

    account: OwnAccount
    last: BankStatement | None
    closing: str


def account_rows(accounts: QuerySet[OwnAccount]) -> list[AccountRow]:
    """Accounts with the statement each ended with: two queries."""
    listed = list(accounts.order_by("name", "pk"))
    found = BankStatement.objects.filter(account__in=listed).order_by("account_id", "-period_to", "-pk")
    last = {each.account_id: each for each in found.distinct("account_id")}
    return [
        AccountRow(each, last.get(each.pk), shown(last[each.pk].closing) if each.pk in last else "")
        for each in listed
    ]


def lines_for(actor: Actor) -> QuerySet[StatementLine]:
    """The lines of the accounts an actor may see."""
    return StatementLine.objects.filter(account__in=accounts_for(actor)).select_related(
        "account", "statement"
    )


def get_line_for(actor: Actor, pk: int) -> StatementLine:
    """One line. Raises StatementLine.DoesNotExist for one the actor may not see."""
    return lines_for(actor).get(pk=pk)


def discrepancies_for(actor: Actor) -> QuerySet[Discrepancy]:
    """The exceptions of the accounts an actor may see."""
    return Discrepancy.objects.filter(account__in=accounts_for(actor)).select_related("account", "line")


def proposals_for(actor: Actor) -> QuerySet[Proposal]:
    """What waits for a second person on the accounts an actor may see."""
    found = Proposal.objects.filter(line__account__in=accounts_for(actor), state="PROPOSED")
    return found.select_related("line__account", "proposed_by")


def get_proposal_for(actor: Actor, pk: int) -> Proposal:
    """One open proposal. Raises Proposal.DoesNotExist."""
    return proposals_for(actor).get(pk=pk)


def unmatched(lines: QuerySet[StatementLine]) -> QuerySet[StatementLine]:
    """Lines without a standing match."""
    return lines.filter(~Exists(standing().filter(line=OuterRef("pk"))))


def standing_match(line: StatementLine) -> Match | None:
    """The match a line has now."""
    return standing().filter(line=line).first()


def is_reconciled(kind: LegKind, pk: int) -> bool:
    """Whether a bank's line, or for a capture a settlement report with its line, shows this money."""
    if standing().filter(leg_kind=kind, leg_id=pk).exists():
        return True
    if kind != LegKind.CAPTURE:
        return False
    report = ReportItem.objects.filter(attempt_id=pk).values_list("report_id", flat=True).first()
    return report is not None and is_reconciled(LegKind.SETTLEMENT, report)


def desk_links(actor: Actor) -> list[DeskLink]:
    """The way to reconciliation for those who may read it."""
    if actor.role not in READERS:
        return []
    hint = _("Rekening koran, kecocokan, dan uang yang belum dijelaskan")
    return [DeskLink(_("Rekonsiliasi"), reverse("reconciliation"), "book", hint)]

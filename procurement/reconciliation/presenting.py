"""Rows in words for the pages of reconciliation. No query beyond what the caller loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.roles import LABELS, Role
from marketplace.core import clock
from procurement.reconciliation.models import Discrepancy, LegKind, Match, Proposal, StatementLine
from procurement.reconciliation.reading import shown


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One exception as a person reads it."""

    kind: str
    amount: str
    expected: str
    reference: str
    remark: str
    account: str
    day: str
    owner: str
    age: int
    due_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal as the second person reads it."""

    pk: int
    kind: str
    what: str
    amount: str
    reason: str
    by: str
    at: datetime
    decided: str
    state: str
    url: str


def exception_row(odd: Discrepancy) -> ExceptionRow:
    """An exception with its line and account loaded."""
    return ExceptionRow(
        kind=odd.get_kind_display(),
        amount=shown(odd.amount),
        expected=shown(odd.expected) if odd.expected is not None else "",
        reference=odd.reference,
        remark=odd.line.remark[:120],
        account=str(odd.account),
        day=f"{odd.line.booked_on:%d/%m/%Y}",
        owner=LABELS[Role(odd.owner_role)],
        age=(clock.today() - clock.day_of(odd.created_at)).days,
        due_at=odd.due_at,
        url=reverse("reconciliation-line", args=[odd.line_id]),
    )


def proposal_row(proposal: Proposal) -> ProposalRow:
    """A proposal with its line and proposer loaded."""
    leg = f"{LegKind(proposal.leg_kind).label} {proposal.leg_id}" if proposal.leg_kind else ""
    return ProposalRow(
        pk=proposal.pk,
        kind=proposal.get_kind_display(),
        what=leg,
        amount=shown(proposal.line.amount),
        reason=proposal.reason,
        by=proposal.proposed_by.name,
        at=proposal.created_at,
        decided=proposal.decided_by.name if proposal.decided_by else "",
        state=proposal.get_state_display(),
        url=reverse("reconciliation-line", args=[proposal.line_id]),
    )


def line_facts(line: StatementLine, match: Match | None) -> list[tuple[str, str]]:
    """What the bank says of a line, and what it was matched with."""
    facts = [
        (_("Rekening"), str(line.account)),
        (
            _("Rekening koran"),
            _("%(statement)s, baris %(number)s") % {"statement": line.statement, "number": line.number},
        ),
        (_("Tanggal buku"), f"{line.booked_on:%d/%m/%Y}"),
        (_("Nilai"), shown(line.amount)),
        (_("Arah"), _("masuk") if line.amount > 0 else _("keluar")),
        (_("Keterangan bank"), line.remark or "–"),
        (_("Rujukan bank"), line.bank_reference or "–"),
        (_("Lawan transaksi"), line.counterparty or "–"),
    ]
    if match is not None:
        facts.append((_("Dicocokkan dengan"), f"{match.get_leg_kind_display()} {match.leg_id}"))
        facts.append((_("Cara"), match.get_rule_display()))
    return facts

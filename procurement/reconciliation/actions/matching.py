"""Matching a region's open lines: the pure search, then its verdicts written in transactions of a few hundred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Exists, OuterRef

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.events.actions import enqueue
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed, begin, doing, move_along
from procurement.reconciliation.legs import foreign_references, legs_of, standing
from procurement.reconciliation.matching import Kind, Leg, Line, Search, Verdict
from procurement.reconciliation.models import (
    Discrepancy,
    LegKind,
    Match,
    OwnAccount,
    Proposal,
    StatementLine,
)
from procurement.settlement.actions import settle_by_line
from procurement.settlement.actions.bank import Arrived, Kept, book_statement
from procurement.settlement.models import Journal, Payout, Posting
from procurement.settlement.queries import AWAY

CLERK: Final = Actor.system("Rekonsiliasi bank")
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended: lines matched now, exceptions that are open, lines that are not ours."""

    matched: int = 0
    exceptions: int = 0
    others: int = 0

    def __add__(self, other: Summary) -> Summary:
        return Summary(
            self.matched + other.matched, self.exceptions + other.exceptions, self.others + other.others
        )


def match_region(region_id: int) -> Summary:
    """Match every open line of a region, and open an exception for what cannot be. Running it again changes nothing.

    Lines that two persons have explained or taken a match from, or about which one has proposed something, are left
    to people.
    """
    lines = {line.pk: line for line in open_lines(region_id)}
    if not lines:
        return Summary()
    legs = legs_of(region_id)
    limit = int(parameter("reconciliation.bank_fee_max", region_id=region_id).value) * SEN_PER_RUPIAH
    verdicts = Search(legs, limit).run([as_line(line) for line in lines.values()])
    found = [verdict for verdict in verdicts if verdict.rule]
    odd = _named_elsewhere(region_id, [each for each in verdicts if each.exception], lines)
    made = sum(_match(region_id, part, lines) for part in _parts(found))
    for part in _parts(odd):
        _except(region_id, part, lines)
    return Summary(made, len(odd), len(lines) - len(verdicts))


def _named_elsewhere(
    region_id: int, odd: Sequence[Verdict], lines: dict[int, StatementLine]
) -> list[Verdict]:
    """Exceptions nobody knows anything of, told apart where they name another region's payment."""
    texts = {each.line: as_line(lines[each.line]).text for each in odd if each.exception == Kind.UNKNOWN}
    elsewhere = foreign_references(texts, region_id) if texts else {}
    return [
        replace(each, exception=Kind.FOREIGN, found=elsewhere[each.line]) if each.line in elsewhere else each
        for each in odd
    ]


def open_lines(region_id: int) -> list[StatementLine]:
    """Lines that nobody has matched or explained, in the order in which the banks booked them."""
    found = StatementLine.objects.filter(account__region_id=region_id).filter(
        ~Exists(standing().filter(line=OuterRef("pk"))),
        ~Exists(Discrepancy.objects.filter(line=OuterRef("pk"), state="DECIDED")),
        ~Exists(Proposal.objects.filter(line=OuterRef("pk"), state="PROPOSED")),
        ~Exists(Match.objects.filter(line=OuterRef("pk"), reverses__isnull=False)),
    )
    return list(found.select_related("account").order_by("booked_on", "account_id", "statement_id", "number"))


def as_line(line: StatementLine) -> Line:
    """A line as the search takes it."""
    return Line(
        line.pk,
        line.account.kind,
        line.account.organisation_id,
        line.amount,
        f"{line.bank_reference}\n{line.remark}" if line.bank_reference else line.remark,
        line.is_reversal,
    )


def _parts(verdicts: Sequence[Verdict]) -> Iterator[Sequence[Verdict]]:
    for start in range(0, len(verdicts), BATCH):
        yield verdicts[start : start + BATCH]


def _match(region_id: int, verdicts: Sequence[Verdict], lines: dict[int, StatementLine]) -> int:
    with doing(actor=CLERK) as deed:
        _lock(region_id)
        fresh = _still_open(verdicts)
        matches = [_row(deed, verdict, lines[verdict.line]) for verdict in fresh]
        make_matches(deed, matches, {leg.key: leg for leg in (verdict.leg for verdict in fresh) if leg})
    return len(matches)


def make_matches(deed: Deed, matches: Sequence[Match], legs: dict[tuple[str, int], Leg]) -> None:
    """Store matches, book what they prove, close the exceptions they settle, tell the log."""
    Match.objects.bulk_create(matches)
    _book(deed, matches, legs)
    if any(match.leg_kind == LegKind.PAYOUT for match in matches):
        region = matches[0].line.account.region_id
        enqueue("reconciliation.settle_payouts", {"region": region}, key=f"{region}:{matches[0].pk}")
    settle_exceptions(deed, [match.line_id for match in matches])
    deed.record_many(("match.make", match, _facts(match)) for match in matches)


def settle_payouts(region_id: int) -> int:
    """Settle the transfers whose line of the bank is matched, each in a deed of its own; how many.

    Running it again settles what could not be settled before. Only one that somebody's slip waits for stays open.
    """
    away = Payout.objects.filter(pk=OuterRef("leg_id"), state__in=AWAY)
    found = standing().filter(Exists(away), line__account__region_id=region_id, leg_kind=LegKind.PAYOUT)
    return sum(_settle(payout_id, line_id) for payout_id, line_id in found.values_list("leg_id", "line_id"))


def _settle(payout_id: int, line_id: int) -> bool:
    with doing(actor=CLERK) as deed:
        line = StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)
        if not standing().filter(line=line, leg_kind=LegKind.PAYOUT, leg_id=payout_id).exists():
            return False  # undone meanwhile: undoing takes the same lock
        return settle_by_line(deed, payout_id, line) is not None


def settle_exceptions(deed: Deed, line_ids: Sequence[int]) -> None:
    """Close the open exceptions of lines that now have a match."""
    for odd in Discrepancy.objects.filter(line_id__in=line_ids, state="OPEN").order_by("pk"):
        close(deed, odd, "match", {"line": odd.line_id})


def close(deed: Deed, odd: Discrepancy, by: str, facts: dict[str, object], resolution: str = "") -> None:
    """Close an exception by a move of its table; the row says when, and what was said."""
    Discrepancy.objects.filter(pk=odd.pk).update(closed_at=deed.at, resolution=resolution[:300])
    move_along(deed, Discrepancy, odd.pk, by, facts=facts)


def _lock(region_id: int) -> None:
    """One run of a region at a time."""
    rows = OwnAccount.objects.filter(region_id=region_id).order_by("pk").select_for_update(of=("self",))
    list(rows.values_list("pk"))


def _still_open(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Verdicts whose line and leg have had no match since they were read."""
    done = standing()
    lines = set(done.filter(line_id__in=[each.line for each in verdicts]).values_list("line_id", flat=True))
    ids = [each.leg.pk for each in verdicts if each.leg]
    legs = set(done.filter(leg_id__in=ids).values_list("leg_kind", "leg_id"))
    return [
        each
        for each in verdicts
        if each.line not in lines and (each.leg is None or (str(each.leg.kind), each.leg.pk) not in legs)
    ]


def _row(deed: Deed, verdict: Verdict, line: StatementLine) -> Match:
    kind, leg_id = verdict.leg.key if verdict.leg else (LegKind.BANK_FEE.value, line.pk)
    return Match(
        line=line,
        leg_kind=kind,
        leg_id=leg_id,
        rule=verdict.rule,
        found=verdict.found[:120],
        matched_at=deed.at,
    )


def _book(deed: Deed, matches: Sequence[Match], legs: dict[tuple[str, int], Leg]) -> None:
    """What a line proves of our own money: arrived from a provider, or kept by the bank."""
    turns = _turns(matches)
    arrived, kept = [], []
    for match in matches:
        line, region = match.line, match.line.account.region_id
        leg = legs.get((match.leg_kind, match.leg_id))
        if match.leg_kind in {LegKind.CAPTURE, LegKind.SETTLEMENT} and leg is not None:
            arrived.append(
                Arrived(
                    line.pk, region, line.amount, leg.fee, leg.purchase, match.found, turns.get(line.pk, 0)
                )
            )
        elif match.leg_kind == LegKind.BANK_FEE:
            kept.append(Kept(line.pk, region, -line.amount, match.found, turns.get(line.pk, 0)))
    book_statement(deed, arrived, kept)


def _turns(matches: Sequence[Match]) -> dict[int, int]:
    """How many times what a line had proved was undone before."""
    undone = Journal.objects.filter(
        statement_line__in=[match.line_id for match in matches], kind=Posting.REVERSAL
    )
    turns: dict[int, int] = {}
    for line_id in undone.values_list("statement_line", flat=True):
        turns[line_id or 0] = turns.get(line_id or 0, 0) + 1
    return turns


def _facts(match: Match) -> dict[str, object]:
    return {
        "line": match.line_id,
        "kind": str(match.leg_kind),
        "leg": match.leg_id,
        "rule": str(match.rule),
        "sen": match.line.amount,
        "found": match.found,
    }


# ── exceptions ───────────────────────────────────────────────────────────────────────────────────────────────────
def _except(region_id: int, verdicts: Sequence[Verdict], lines: dict[int, StatementLine]) -> None:
    """Open an exception for each verdict; one that stands with the same words stays, another takes its place."""
    with doing(actor=CLERK) as deed:
        _lock(region_id)
        found = Discrepancy.objects.filter(line_id__in=[each.line for each in verdicts], state="OPEN")
        open_now = {odd.line_id: odd for odd in found}
        for verdict in _still_open(verdicts):
            known = open_now.get(verdict.line)
            if known is not None:
                if (known.kind, known.expected, known.reference) == _said(verdict):
                    continue
                close(
                    deed,
                    known,
                    "supersede",
                    {"line": known.line_id, "kind": str(Kind(verdict.exception).label)},
                )
            open_discrepancy(deed, lines[verdict.line], *_said(verdict))


def _said(verdict: Verdict) -> tuple[str, int | None, str]:
    return str(verdict.exception), verdict.expected, verdict.found[:120]


def open_discrepancy(
    deed: Deed, line: StatementLine, kind: str, expected: int | None, reference: str
) -> Discrepancy:
    """Open an exception for a line, with the unit's treasurer or, for the region's accounts, the operator as owner."""
    owner = Role.TREASURER if line.account.organisation_id else Role.OPERATOR
    odd = begin(
        Discrepancy(
            region_id=line.account.region_id,
            account=line.account,
            line=line,
            kind=kind,
            amount=line.amount,
            expected=expected,
            reference=reference,
            owner_role=owner,
        ),
        at=deed.at,
    )
    facts = {
        "line": line.pk,
        "kind": str(Kind(kind).label),
        "sen": line.amount,
        "expected_sen": expected,
        "reference": reference,
    }
    deed.record("discrepancy.open", odd, {**facts, "state": odd.state})
    return odd

"""What two persons decide: a match no rule may make, undoing one, the explanation of an exception."""

from __future__ import annotations

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import SEGREGATION_BASIS
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, begin, doing, passing
from procurement.reconciliation.actions.matching import close, make_matches, open_discrepancy
from procurement.reconciliation.legs import leg as leg_of
from procurement.reconciliation.matching import Leg
from procurement.reconciliation.models import Discrepancy, LegKind, Match, Proposal, StatementLine
from procurement.reconciliation.queries import get_line_for, get_proposal_for, standing_match
from procurement.reconciliation.reading import shown
from procurement.reconciliation.workflow import CONFIRMERS, KEEPERS
from procurement.settlement.actions.bank import unbook_statement
from procurement.settlement.models import Payout

Kind = Proposal.Kind


def propose_match(*, actor: Actor, line_id: int, leg_kind: str, leg_id: int, reason: str) -> Proposal:
    """Propose that a line is a leg. Nothing is matched until another person confirms.

    Raises Refused `line.matched`, `leg.unknown`, `leg.matched`, `leg.amount` (both figures), `leg.account`,
    `proposal.open`, `proposal.reason`, `wrong_role`; StatementLine.DoesNotExist.
    """
    actor.require(*KEEPERS)
    line = get_line_for(actor, line_id)
    leg = _leg_for(line, leg_kind, leg_id)
    return _propose(actor, line, Kind.MATCH, reason, leg)


def propose_undo(*, actor: Actor, line_id: int, reason: str) -> Proposal:
    """Propose that a match is wrong. Raises Refused `line.unmatched`, `proposal.open`, `proposal.reason`."""
    actor.require(*KEEPERS)
    line = get_line_for(actor, line_id)
    _undoable(line)
    return _propose(actor, line, Kind.UNDO, reason)


def propose_explanation(*, actor: Actor, line_id: int, reason: str) -> Proposal:
    """Propose to close a line's exception with an explanation, without a match.

    Raises Refused `discrepancy.none`, `proposal.open`, `proposal.reason`.
    """
    actor.require(*KEEPERS)
    line = get_line_for(actor, line_id)
    _open_exception(line)
    return _propose(actor, line, Kind.EXPLAIN, reason)


def confirm(*, actor: Actor, proposal_id: int) -> None:
    """Confirm, as another person, what was proposed; every check is made again.

    Raises Refused `proposal.same_person` and those of the proposal; Proposal.DoesNotExist.
    """
    actor.require(*CONFIRMERS)
    asked = get_proposal_for(actor, proposal_id)
    with passing(Proposal, asked.pk, "confirm", actor=actor) as passage:
        proposal = passage.thing
        if proposal.proposed_by_id == actor.user_id:
            raise Refused(
                "proposal.same_person",
                "Usulan disetujui oleh orang lain, bukan oleh pengusulnya.",
                rule=SEGREGATION_BASIS,
                fix="Minta pejabat lain memeriksa dan menyetujuinya.",
            )
        proposal.decided_by_id = actor.user_id
        lines = StatementLine.objects.select_for_update(of=("self",)).select_related("account")
        line = lines.get(pk=proposal.line_id)
        _DOES[Kind(proposal.kind)](passage, line, proposal)
        passage.facts.update(line=line.pk, kind=str(proposal.get_kind_display()))


def decline(*, actor: Actor, proposal_id: int) -> None:
    """Decline what was proposed; the proposer may take it back so, too. Nothing else changes."""
    actor.require(*CONFIRMERS)
    asked = get_proposal_for(actor, proposal_id)
    with passing(Proposal, asked.pk, "decline", actor=actor) as passage:
        passage.thing.decided_by_id = actor.user_id
        passage.facts.update(line=asked.line_id, kind=str(asked.get_kind_display()))


# ── what a confirmed proposal does ───────────────────────────────────────────────────────────────────────────────
def _match(deed: Deed, line: StatementLine, proposal: Proposal) -> None:
    leg = _leg_for(line, proposal.leg_kind, proposal.leg_id or 0)
    match = Match(
        line=line,
        leg_kind=proposal.leg_kind,
        leg_id=leg.pk,
        rule=Match.Rule.TWO_PERSONS,
        proposed_by_id=proposal.proposed_by_id,
        confirmed_by_id=proposal.decided_by_id,
        reason=proposal.reason,
        matched_at=deed.at,
    )
    make_matches(deed, [match], {leg.key: leg})


def _undo(deed: Deed, line: StatementLine, proposal: Proposal) -> None:
    """Undo by a row that names the match; the money the line had proved is unbooked, the line open again."""
    wrong = _undoable(line)
    undoing = Match.objects.create(
        line=line,
        leg_kind=wrong.leg_kind,
        leg_id=wrong.leg_id,
        rule=Match.Rule.TWO_PERSONS,
        reverses=wrong,
        proposed_by_id=proposal.proposed_by_id,
        confirmed_by_id=proposal.decided_by_id,
        reason=proposal.reason,
        matched_at=deed.at,
    )
    unbook_statement(deed, line.pk, memo=f"Kecocokan {wrong.pk} dibatalkan")
    told = {"line": line.pk, "kind": wrong.leg_kind, "leg": wrong.leg_id, "reason": proposal.reason}
    deed.record("match.undo", undoing, {**told, "sen": line.amount})
    # The rule that matched it would match it again: it stays with people from here on.
    open_discrepancy(deed, line, Discrepancy.Kind.AMBIGUOUS, None, wrong.found)


def _explain(deed: Deed, line: StatementLine, proposal: Proposal) -> None:
    odd = _open_exception(line)
    close(deed, odd, "decide", {"line": line.pk, "reason": proposal.reason}, proposal.reason)


_DOES = {Kind.MATCH: _match, Kind.UNDO: _undo, Kind.EXPLAIN: _explain}


# ── checks ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _propose(
    actor: Actor, line: StatementLine, kind: Proposal.Kind, reason: str, leg: Leg | None = None
) -> Proposal:
    if not reason.strip():
        raise Refused(
            "proposal.reason", "Alasan belum diisi.", fix="Tulis dari mana Anda tahu.", field="reason"
        )
    try:
        with doing(actor=actor) as deed:
            proposal = begin(
                Proposal(
                    region_id=line.account.region_id,
                    line=line,
                    kind=kind,
                    leg_kind=leg.kind if leg else "",
                    leg_id=leg.pk if leg else None,
                    reason=reason.strip()[:300],
                    proposed_by_id=actor.user_id or 0,
                ),
                at=deed.at,
            )
            told = {
                "line": line.pk,
                "kind": str(kind.label),
                "reason": proposal.reason,
                "state": proposal.state,
            }
            deed.record(
                "proposal.make", proposal, {**told, "leg_kind": proposal.leg_kind, "leg": proposal.leg_id}
            )
    except IntegrityError as broken:
        if "reconciliation_proposal_one_open" not in str(broken):
            raise
        raise Refused(
            "proposal.open",
            "Untuk baris ini sudah ada usulan yang menunggu.",
            fix="Tunggu keputusan orang kedua, atau tolak usulan itu.",
        ) from broken
    return proposal


def _leg_for(line: StatementLine, kind: str, pk: int) -> Leg:
    """The leg, checked against the line: same account, direction and amount, neither matched."""
    if standing_match(line) is not None:
        raise Refused(
            "line.matched", "Baris ini sudah dicocokkan.", fix="Batalkan kecocokannya lebih dahulu."
        )
    leg = leg_of(line.account.region_id, kind, pk)
    unit = line.account.organisation_id
    if leg is None or (unit is not None and leg.organisation_id not in {None, unit}):
        raise Refused("leg.unknown", "Pembayaran itu tidak ada pada rekening ini.")
    if leg.is_matched:
        raise Refused("leg.matched", "Pembayaran itu sudah dicocokkan dengan baris lain.")
    if leg.account_kind != line.account.kind:
        raise Refused("leg.account", "Pembayaran itu melalui rekening lain.")
    if leg.amount != line.amount:
        raise Refused(
            "leg.amount",
            f"{LegKind(leg.kind).label} bernilai {shown(leg.amount)}, baris rekening koran {shown(line.amount)}.",
            rule="Kecocokan hanya bila nilainya sama",
            fix="Jelaskan selisihnya sebagai pengecualian, jangan dicocokkan.",
        )
    return leg


def _undoable(line: StatementLine) -> Match:
    """The line's match, unless a transfer stands on it as arrived: that one comes back by the line of its return."""
    found = standing_match(line)
    if found is None:
        raise _unmatched()
    if (
        found.leg_kind == LegKind.PAYOUT
        and Payout.objects.filter(pk=found.leg_id, proof=f"{line.aggregate}:{line.pk}").exists()
    ):
        raise Refused(
            "line.proves",
            "Baris ini membuktikan bahwa transfernya sampai, jadi kecocokannya tidak dapat dibatalkan.",
            rule="Bukti yang sudah dibukukan tidak dicabut",
            fix="Bila dananya kembali, baris pengembaliannya yang membuktikan.",
        )
    return found


def _open_exception(line: StatementLine) -> Discrepancy:
    odd = Discrepancy.objects.filter(line=line, state="OPEN").first()
    if odd is None:
        raise Refused("discrepancy.none", "Baris ini tidak mempunyai pengecualian yang terbuka.")
    return odd


def _unmatched() -> Refused:
    return Refused("line.unmatched", "Baris ini belum dicocokkan.")

"""Writing findings and recommendations; a second auditor reviews a finding before it can be reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Max

from marketplace.accounts.actors import Actor
from marketplace.audit import canonical
from marketplace.audit.models import Entry
from marketplace.core.money import MOST, rupiah
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, begin, doing, move_along, passing
from procurement.oversight import codes
from procurement.oversight.guards import before_report, insist, not_own_work, said, writable
from procurement.oversight.models import CaseFile, Finding, FindingEntry, FindingOrder, Recommendation
from procurement.oversight.queries.access import (
    get_case_for,
    get_finding_for,
    get_recommendation_for,
    orders_of,
    orders_worked_on,
)
from procurement.purchasing.models import Purchase


@dataclass(frozen=True, slots=True)
class Text:
    """What a finding says, in the five parts of the audit standard; `amount` in whole rupiah, 0 without money."""

    title: str
    kind: str
    amount: int
    condition: str
    criteria: str
    cause: str
    effect: str

    @property
    def sha256(self) -> str:
        """A fingerprint of all of it: the log proves what it said without publishing it."""
        return sha256(canonical.encode(asdict(self))).hexdigest()


def draft_finding(
    *, actor: Actor, case_id: int, text: Text, orders: Sequence[str] = (), once: UUID | None = None
) -> Finding:
    """Write a finding in a case file that is open, about those orders (numbers); for one `once`, one finding.

    Raises Refused `case.not_on_team`, `case.reported`, `code_unknown`, `reason` (a part says too little),
    `finding.amount`, `finding.order_unknown` (names it), `audit.own_work`; CaseFile.DoesNotExist.
    """
    case = _open_case(actor, case_id)
    purchases = _orders_of_case(actor, case, orders)
    with doing(actor=actor) as deed:
        locked = _locked(case.pk)
        _must_be_open(locked)
        if once and (known := locked.findings.filter(once=once).first()):
            return known
        last = locked.findings.aggregate(last=Max("number"))["last"] or 0
        finding = Finding(
            region_id=case.region_id, case=locked, number=last + 1, author_id=actor.user_id or 0, once=once
        )
        _write(finding, text)
        begin(finding, at=deed.at)
        FindingOrder.objects.bulk_create(FindingOrder(finding=finding, purchase=each) for each in purchases)
        told = {**facts_of(finding), "text_sha256": text.sha256, "state": finding.state}
        deed.record("finding.draft", finding, {**told, "orders": [each.number for each in purchases]})
    return finding


def revise_finding(*, actor: Actor, finding_id: int, text: Text, revision: int | None = None) -> Finding:
    """Rewrite a finding that is not reviewed, or was returned: it waits for its review again.

    Raises those of `draft_finding` and the door's.
    """
    found = get_finding_for(actor, finding_id)
    _open_case(actor, found.case_id)
    with passing(Finding, finding_id, "revise", actor=actor, revision=revision) as passage:
        _write(passage.thing, text)
        # Whoever rewrites it answers for it: the review is another person's again.
        passage.thing.author_id = actor.user_id or 0
        passage.facts.update(facts_of(passage.thing), text_sha256=text.sha256)
    return passage.thing


def link_order(*, actor: Actor, finding_id: int, number: str, entries: Sequence[int] = ()) -> Finding:
    """Tie an order, and entries of its story, to a finding; what is tied already is not told again.

    Raises Refused `finding.order_unknown`, `finding.entry_unknown`, `finding.settled`, `audit.own_work`,
    `case.not_on_team`; Finding.DoesNotExist.
    """
    found = get_finding_for(actor, finding_id)
    case = _open_case(actor, found.case_id)
    (purchase,) = _orders_of_case(actor, case, [number])
    story = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(purchase.pk), pk__in=entries)
    proven = sorted(story.values_list("pk", flat=True))
    if len(proven) != len(set(entries)):
        raise Refused(
            "finding.entry_unknown",
            "Ada catatan log yang bukan bagian dari pesanan itu.",
            fix="Pilih catatan dari cerita pesanan yang sama.",
        )
    with doing(actor=actor) as deed:
        finding = Finding.objects.select_for_update(of=("self",)).select_related("case").get(pk=found.pk)
        if finding.state == "WITHDRAWN":
            raise Refused("finding.settled", "Temuan ini sudah ditarik.")
        _order, tied = FindingOrder.objects.get_or_create(finding=finding, purchase=purchase)
        known = set(finding.entries.values_list("entry_id", flat=True))
        new = [FindingEntry(finding=finding, entry_id=pk) for pk in proven if pk not in known]
        FindingEntry.objects.bulk_create(new)
        if tied or new:
            told = {**facts_of(finding), "order": purchase.number, "entries": proven}
            deed.record("finding.link", finding, told)
    return finding


def confirm_finding(*, actor: Actor, finding_id: int, revision: int | None = None) -> Finding:
    """Agree to a finding as the second auditor.

    Raises Refused `finding.same_person`, `case.other_body`, `audit.own_work`, the door's; Finding.DoesNotExist.
    """
    _must_be_others_work(actor, finding_id)
    with passing(Finding, finding_id, "confirm", actor=actor, revision=revision) as passage:
        passage.thing.reviewer_id = actor.user_id
        passage.facts.update(facts_of(passage.thing))
    return passage.thing


def return_finding(*, actor: Actor, finding_id: int, reason: str, revision: int | None = None) -> Finding:
    """Send a draft back to who wrote it, as the second auditor, and say what is missing.

    Raises Refused `reason` and those of `confirm_finding`; Finding.DoesNotExist.
    """
    _must_be_others_work(actor, finding_id)
    reason = said(reason)
    with passing(Finding, finding_id, "return_draft", actor=actor, revision=revision) as passage:
        passage.thing.remark = reason
        passage.facts.update(facts_of(passage.thing), reason=reason)
    return passage.thing


def withdraw_finding(*, actor: Actor, finding_id: int, reason: str, revision: int | None = None) -> Finding:
    """Take a finding back before the report is out, and say why; its recommendations fall with it.

    Raises Refused `case.reported`, `reason`, `case.not_on_team`, the door's; Finding.DoesNotExist.
    """
    found = get_finding_for(actor, finding_id)
    _open_case(actor, found.case_id)
    reason = said(reason)
    with passing(Finding, finding_id, "withdraw", actor=actor, revision=revision) as passage:
        _must_be_open(_locked(found.case_id))
        passage.facts.update(facts_of(passage.thing), reason=reason)
        for each in found.recommendations.filter(state="DRAFT").select_related("finding__case"):
            move_along(passage, Recommendation, each.pk, "withdraw", facts=facts_about(each))
    return passage.thing


def draft_recommendation(
    *, actor: Actor, finding_id: int, unit_id: int, text: str, amount_due: int, once: UUID | None = None
) -> Recommendation:
    """Write what a unit of the case shall do, and how much of the finding's amount it shall bring back; once.

    Raises Refused `recommendation.unit`, `recommendation.amount` (more than was found), `reason`, `finding.reviewed`,
    `case.not_on_team`, `case.reported`; Finding.DoesNotExist.
    """
    found = get_finding_for(actor, finding_id)
    case = _open_case(actor, found.case_id)
    if not case.units.filter(pk=unit_id).exists():
        raise Refused(
            "recommendation.unit",
            "Unit itu tidak termasuk yang diperiksa pada berkas ini.",
            fix="Pilih unit dari berkas pemeriksaan.",
        )
    text = said(text, field="text")
    with doing(actor=actor) as deed:
        finding = Finding.objects.select_for_update(of=("self",)).select_related("case").get(pk=found.pk)
        if finding.reviewed:
            raise Refused(
                "finding.reviewed",
                "Temuan ini sudah direviu, jadi rekomendasinya tidak bertambah lagi.",
                fix="Tarik temuan ini dan tulis yang baru, agar auditor kedua mereviu keduanya.",
            )
        if once and (known := finding.recommendations.filter(once=once).first()):
            return known
        _within(finding, amount_due)
        last = finding.recommendations.aggregate(last=Max("number"))["last"] or 0
        drafted = Recommendation(
            region_id=case.region_id,
            finding=finding,
            examiner_id=case.examiner_id,
            external=case.is_external,
            unit_id=unit_id,
            number=last + 1,
            text=text,
            amount_due=amount_due,
            once=once,
        )
        begin(drafted, at=deed.at)
        _told(deed, drafted)
    return drafted


def withdraw_recommendation(
    *, actor: Actor, recommendation_id: int, revision: int | None = None
) -> Recommendation:
    """Take a recommendation back before the report is out.

    Raises Refused `case.not_on_team`, `case.reported`, the door's; Recommendation.DoesNotExist.
    """
    found = get_recommendation_for(actor, recommendation_id)
    _open_case(actor, found.finding.case_id)
    with passing(Recommendation, found.pk, "withdraw", actor=actor, revision=revision) as passage:
        passage.facts.update(facts_about(found))
    return passage.thing


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def facts_of(finding: Finding) -> dict[str, Any]:
    """What the log always says of a finding; its case is loaded."""
    return {
        "case": finding.case.number,
        "finding": finding.number,
        "kind": finding.kind,
        "amount_rupiah": finding.amount,
    }


def facts_about(recommendation: Recommendation) -> dict[str, Any]:
    """What the log always says of a recommendation; its finding and case are loaded."""
    return {
        "case": recommendation.finding.case.number,
        "finding": recommendation.finding.number,
        "recommendation": f"{recommendation.finding.number}.{recommendation.number}",
        "unit": recommendation.unit_id,
    }


def _told(deed: Deed, drafted: Recommendation) -> None:
    told = {**facts_about(drafted), "due_rupiah": drafted.amount_due, "state": drafted.state}
    fingerprint = sha256(drafted.text.encode()).hexdigest()
    deed.record("recommendation.draft", drafted, {**told, "text_sha256": fingerprint})


def _within(finding: Finding, amount_due: int) -> None:
    asked = sum(finding.recommendations.exclude(state="WITHDRAWN").values_list("amount_due", flat=True))
    if amount_due < 0 or asked + amount_due > finding.amount:
        raise Refused(
            "recommendation.amount",
            "Jumlah yang harus disetor melebihi nilai temuan.",
            fix="Bagi nilai temuan di antara rekomendasinya; isi 0 bila tidak ada uang yang harus kembali.",
            field="amount_due",
        )


def _write(finding: Finding, text: Text) -> None:
    others = finding.case.findings.exclude(pk=finding.pk).exclude(state="WITHDRAWN")
    if text.amount < 0 or sum(others.values_list("amount", flat=True)) + text.amount > MOST:
        raise Refused(
            "finding.amount",
            f"Nilai temuan dari 0, dan semua temuan satu berkas bersama-sama paling besar {rupiah(MOST)}.",
            fix="Isi 0 bila tanpa nilai uang.",
            field="amount",
        )
    finding.title, finding.amount = said(text.title, field="title")[:200], text.amount
    finding.kind = text.kind
    finding.kind_text = codes.words_of(codes.KINDS, text.kind, finding.region_id)
    for part in ("condition", "criteria", "cause", "effect"):
        setattr(finding, part, said(getattr(text, part), field=part))


def _open_case(actor: Actor, case_id: int) -> CaseFile:
    """The case file, if the actor is on its team and its report is not out yet."""
    case = get_case_for(actor, case_id)
    insist(writable(case.standing(actor)))
    return case


def _must_be_others_work(actor: Actor, finding_id: int) -> None:
    """Nobody reviews what is said of orders on which he acted himself."""
    insist(not_own_work(orders_worked_on(actor, orders_of(get_finding_for(actor, finding_id)))))


def _locked(case_id: int) -> CaseFile:
    """The case file, held until the deed is done: a report is issued before it or after it."""
    return CaseFile.objects.select_for_update(of=("self",)).get(pk=case_id)


def _must_be_open(case: CaseFile) -> None:
    insist(before_report({"case_state": case.state}))


def _orders_of_case(actor: Actor, case: CaseFile, numbers: Sequence[str]) -> list[Purchase]:
    """Orders of the units examined, none of which the actor worked on himself."""
    wanted = list(dict.fromkeys(each.strip() for each in numbers if each.strip()))
    found = list(
        Purchase.objects.filter(number__in=wanted, organisation__in=case.units.all()).order_by("number")
    )
    missing = set(wanted) - {each.number for each in found}
    if missing:
        raise Refused(
            "finding.order_unknown",
            f"Pesanan {', '.join(sorted(missing))} tidak ada pada unit yang diperiksa.",
            fix="Periksa nomornya; temuan hanya mengenai pesanan unit pada berkas ini.",
        )
    insist(not_own_work(orders_worked_on(actor, [each.pk for each in found])))
    return found

"""Which act changes what is public, and what its release then says.

A release is told as of its entry: from the entry's facts, from rows that are written once, and from the version that
was agreed by then. A reader that lags behind therefore tells the same as one that keeps pace. Only names (of a unit, a
vendor, a package) are those of the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marketplace.audit.models import Entry
from procurement.opendata import identity
from procurement.opendata.mapping import contracts, implementation, parties, planning, tenders
from procurement.opendata.mapping.orders import Order
from procurement.opendata.mapping.planning import Plan
from procurement.opendata.mapping.tenders import Contest
from procurement.opendata.subjects import ANNOUNCED, Subjects

ENDED_EARLY: Final = frozenset({"STOPPED", "TERMINATED"})
NOT_HELD: Final = {"CANCELLED": "cancelled", "EXPIRED": "unsuccessful"}
"""State of an order nobody was bound by → status of its tender and of its award."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one entry changes in one process: the tags, and the sections that say something new."""

    ocid: str
    region_id: int
    tags: tuple[str, ...]
    sections: Mapping[str, Any]


Teller = Callable[[Entry, Subjects], Sequence[Told]]


def told_by(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Sequence[Told]]]:
    """What entries of the log say to the public, each by itself; most acts say nothing."""
    public = [each for each in entries if each.act in _TELLERS]
    subjects = Subjects.of(public)
    for entry in public:
        yield entry, _TELLERS[entry.act](entry, subjects)


def head(buyer: Mapping[str, str]) -> dict[str, Any]:
    """What every release says besides its sections."""
    return {"language": "id", "initiationType": "tender", "buyer": dict(buyer)}


# ── orders ──────────────────────────────────────────────────────────────────────────────────────────────


def _of_order(order: Order, tags: Sequence[str], **sections: Any) -> list[Told]:
    content = {**head(order.buyer.reference), **sections}
    return [Told(order.ocid, order.purchase.region_id, tuple(tags), content)]


def _submitted(entry: Entry, subjects: Subjects) -> list[Told]:
    """An order is placed. While it is negotiated nothing is awarded; one won in a competition has its tender there."""
    order = subjects.order(entry)
    awarded = entry.facts["state"] != "NEGOTIATING"
    sections: dict[str, Any] = {}
    tags: list[str] = []
    named = [parties.vendor(order.seller, parties.WINNING if awarded else parties.OFFERING)]
    if not order.contest:
        purchase = order.purchase
        named.insert(0, parties.unit(purchase.organisation, purchase.region, parties.BUYING))
        sections |= {**planning.from_plan(purchase.package), "tender": tenders.direct(order, "active")}
        tags += ["planning", "tender"]
    if awarded:
        sections["awards"] = [contracts.award(order, "pending", order.agreed(entry.at))]
        tags.append("award")
    return _of_order(order, tags, parties=named, **sections) if tags else []


def _agreed(entry: Entry, subjects: Subjects) -> list[Told]:
    order = subjects.order(entry)
    award = contracts.award(order, "pending", order.agreed(entry.at))
    return _of_order(
        order, ["award"], parties=[parties.vendor(order.seller, parties.WINNING)], awards=[award]
    )


def _approved(entry: Entry, subjects: Subjects) -> list[Told]:
    order = subjects.order(entry)
    sections: dict[str, Any] = {
        "awards": [contracts.award(order, "active", order.agreed(entry.at), on=entry.at)]
    }
    if not order.contest:
        sections["tender"] = tenders.direct(order, "complete", ended=entry.at)
    return _of_order(order, ["awardUpdate"], **sections)


def _dropped(entry: Entry, subjects: Subjects) -> list[Told]:
    """An order ends before the vendor was bound."""
    order, before = subjects.order(entry), entry.facts["before"]
    status = NOT_HELD[entry.facts["state"]]
    sections: dict[str, Any] = {}
    tags: list[str] = []
    if not order.contest:
        sections["tender"] = tenders.direct(order, status, ended=entry.at)
        tags.append("tenderCancellation")
    if before != "NEGOTIATING":
        signed = order.purchase.approved_at if before == "AWAITING_VENDOR" else None
        sections["awards"] = [contracts.award(order, status, order.agreed(entry.at), on=signed)]
        tags.append("awardCancellation")
    return _of_order(order, tags, **sections) if tags else []


def _contracted(entry: Entry, subjects: Subjects) -> list[Told]:
    order = subjects.order(entry)
    purchase = order.purchase
    named = [
        parties.unit(purchase.organisation, purchase.region, parties.PAYING),
        parties.vendor(order.seller, parties.PAID),
    ]
    return _of_order(order, ["contract"], parties=named, contracts=[_contract(order, entry.at)])


def _amended(entry: Entry, subjects: Subjects) -> list[Told]:
    order = subjects.order(entry)
    return _of_order(order, ["contractAmendment"], contracts=[_contract(order, entry.at)])


def _contract(order: Order, at: datetime) -> dict[str, Any]:
    agreement = order.agreed(at)
    return {
        **contracts.contract(order, "active", agreement),
        "implementation": implementation.progress(order, agreement, at),
    }


def _progressed(entry: Entry, subjects: Subjects) -> list[Told]:
    """Something arrived, was accepted, or is not awaited any more; an early end may end the contract with it."""
    order = subjects.order(entry)
    progress = implementation.progress(order, order.agreed(entry.at), entry.at)
    contract = {**_named(order), "implementation": progress}
    if entry.facts["state"] in ENDED_EARLY:
        return _of_order(order, ["contractTermination"], contracts=[{**contract, "status": "terminated"}])
    return _of_order(order, ["implementation"], contracts=[contract])


def _closed(entry: Entry, subjects: Subjects) -> list[Told]:
    order = subjects.order(entry)
    return _of_order(order, ["contractTermination"], contracts=[{**_named(order), "status": "terminated"}])


def _named(order: Order) -> dict[str, Any]:
    return {"id": order.purchase.sp_number, "awardID": order.purchase.number}


def _paid(entry: Entry, subjects: Subjects) -> list[Told]:
    """A journal moved money of an order."""
    order = subjects.paid(entry)
    if order is None:
        return []
    moved, named = implementation.transactions(order, int(entry.aggregate_id), entry.at, entry.facts["legs"])
    if not moved:
        return []
    contract = {**_named(order), "implementation": {"transactions": moved}}
    return _of_order(order, ["implementation"], contracts=[contract], **({"parties": named} if named else {}))


# ── competitions ────────────────────────────────────────────────────────────────────────────────────────


def _of_contest(contest: Contest, tags: Sequence[str], **sections: Any) -> list[Told]:
    content = {**head(contest.buyer.reference), **sections}
    return [Told(contest.ocid, contest.competition.region_id, tuple(tags), content)]


def _published(entry: Entry, subjects: Subjects) -> list[Told]:
    contest = subjects.contest(entry)
    competition = contest.competition
    return _of_contest(
        contest,
        ["planning", "tender"],
        **planning.from_plan(competition.package),
        parties=[parties.unit(competition.organisation, competition.region, parties.BUYING)],
        tender=contest.tender("active", datetime.fromisoformat(entry.facts["closes_at"])),
    )


def _extended(entry: Entry, subjects: Subjects) -> list[Told]:
    contest = subjects.contest(entry)
    closes = identity.in_jakarta(datetime.fromisoformat(entry.facts["closes_at"]))
    tender = {**_tender(contest, "active"), "tenderPeriod": {"endDate": closes}}
    return _of_contest(contest, ["tenderUpdate"], tender=tender)


def _opened(entry: Entry, subjects: Subjects) -> list[Told]:
    """Only now is it said who offered how much: before the opening there are no offers to read."""
    contest = subjects.contest(entry)
    if entry.facts["state"] == "FAILED":
        return _of_contest(contest, ["tenderUpdate"], tender=_tender(contest, "unsuccessful"))
    tender = {**_tender(contest, "active"), **contest.offered()}
    if not contest.bids:
        return _of_contest(contest, ["tenderUpdate"], tender=tender)
    return _of_contest(
        contest,
        ["tenderUpdate"],
        tender=tender,
        bids=contest.bids_by(entry.at),
        parties=[parties.vendor(each, parties.OFFERING) for _offer, each in contest.bids],
    )


def _judged(entry: Entry, subjects: Subjects) -> list[Told]:
    contest = subjects.contest(entry)
    return _of_contest(contest, ["tenderUpdate"], bids=contest.bids_by(entry.at))


def _ended(status: str, tag: str = "tenderUpdate") -> Teller:
    def tell(entry: Entry, subjects: Subjects) -> list[Told]:
        if entry.facts["before"] == "DRAFT":
            return []  # never announced: nobody knows of it
        contest = subjects.contest(entry)
        return _of_contest(contest, [tag], tender=_tender(contest, status))

    return tell


def _tender(contest: Contest, status: str) -> dict[str, Any]:
    return {"id": contest.competition.number, "status": status}


# ── plans ───────────────────────────────────────────────────────────────────────────────────────────────


def _planned(entry: Entry, subjects: Subjects) -> list[Told]:
    """A package as it stands; when its plan changed, every process that buys from it says so, too."""
    plan = subjects.plan(entry)
    package = plan.package
    first = entry.act == ANNOUNCED
    if first and not package.announced:
        return []
    content = {
        **head(identity.unit(package.organisation, package.region).reference),
        "parties": [parties.unit(package.organisation, package.region, parties.BUYING)],
        **planning.plan(package, bought=plan.bought_by(entry.at)),
    }
    tags = ("planning",) if first else ("planningUpdate",)
    told = [Told(identity.plan_process(package), package.region_id, tags, content)]
    return [*told, *_processes_of(plan, entry.at)] if entry.act == "package.amend" else told


def _processes_of(plan: Plan, at: datetime) -> list[Told]:
    package = plan.package
    content = {
        **head(identity.unit(package.organisation, package.region).reference),
        **planning.from_plan(package),
    }
    return [
        Told(identity.process(number), package.region_id, ("planningUpdate",), content)
        for number in plan.processes_by(at)
    ]


_TELLERS: Final[Mapping[str, Teller]] = {
    ANNOUNCED: _planned,
    "package.amend": _planned,
    "package.prepare": _planned,
    "package.revise": _planned,
    "package.close": _planned,
    "competition.publish": _published,
    "competition.extend": _extended,
    "competition.open": _opened,
    "competition.judge": _judged,
    "competition.decide": _ended("complete"),
    "competition.give_up": _ended("unsuccessful"),
    "competition.cancel": _ended("cancelled", "tenderCancellation"),
    "purchase.submit": _submitted,
    "purchase.agree": _agreed,
    "purchase.approve": _approved,
    "purchase.refuse": _dropped,
    "purchase.cancel": _dropped,
    "purchase.decline": _dropped,
    "purchase.lapse": _dropped,
    "purchase.confirm": _contracted,
    "purchase.amend": _amended,
    "purchase.receive": _progressed,
    "purchase.accept": _progressed,
    "purchase.deem_accepted": _progressed,
    "purchase.reject_goods": _progressed,
    "purchase.stop": _progressed,
    "purchase.terminate": _progressed,
    "purchase.close": _closed,
    "ledger.posted": _paid,
}

PUBLIC_ACTS: Final = tuple(sorted(_TELLERS))
"""Acts whose entries lead to releases."""

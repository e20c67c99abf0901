"""The nightly proof of the books: one row and one log entry a day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.database.snapshots import one_snapshot
from marketplace.events.actions import enqueue
from marketplace.workflow.door import doing
from procurement.settlement.ledger.proving import Reckoning, reckon
from procurement.settlement.models import LedgerProof

PROVER = Actor.system("Pembuktian buku")


def prove_daily() -> None:
    """Have the books proved once a day; asking again the same day does nothing."""
    day = clock.today()
    if LedgerProof.objects.filter(day=day).exists():
        return
    with transaction.atomic():
        enqueue("settlement.prove_ledger", {"day": day.isoformat()}, key=day.isoformat())


def prove_ledger(day: date) -> LedgerProof:
    """Prove the books of all regions and record the outcome of `day`; the first proof of a day stands."""
    found = LedgerProof.objects.filter(day=day).first()
    if found is not None:
        return found
    reckoning = reckoned()
    with doing(actor=PROVER) as deed:
        proof, is_new = LedgerProof.objects.get_or_create(
            day=day,
            defaults={
                "proved_at": deed.at,
                "digest": reckoning.digest,
                "accounts": reckoning.accounts,
                "journals": reckoning.journals,
                "entries": reckoning.entries,
                "findings": [asdict(finding) for finding in reckoning.findings],
            },
        )
        if is_new:
            deed.record("ledger.prove", proof, _facts(proof))
    return proof


def reckoned() -> Reckoning:
    """The books computed anew from one unchanging view of them, while bookings go on."""
    with one_snapshot():
        return reckon()


def _facts(proof: LedgerProof) -> dict[str, object]:
    return {
        "day": proof.day.isoformat(),
        "outcome": "SAH" if proof.sound else "TIDAK SAH",
        "digest": proof.digest,
        "accounts": proof.accounts,
        "journals": proof.journals,
        "entries": proof.entries,
        "findings": len(proof.findings),
    }

"""The files of an evidence pack: entries, proofs, papers, books and state, each under a name of its own."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.audit import canonical
from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.merkle import consistency_proof
from marketplace.audit.models import Entry, Stamp
from marketplace.audit.proofs import Proof
from marketplace.audit.queries import tile_data
from marketplace.audit.tiles import Nodes
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.documents.queries import file_of
from procurement.oversight.evidence.belongings import Thing
from procurement.purchasing.models import Purchase
from procurement.settlement.models import Entry as Leg
from procurement.settlement.models import Journal, PaymentObligation, TaxLine

Files = Iterator[tuple[str, bytes]]


def proven(proofs: Iterable[Proof]) -> Files:
    """Each entry byte for byte as it was hashed, and beside it the proof that it is in the signed tree."""
    for proof in proofs:
        name = f"{proof.index:012d}"
        yield f"entries/{name}.json", proof.entry or b""
        yield f"proofs/{name}.tlog-proof", Proof(proof.index, proof.path, proof.checkpoint).text().encode()


def consistency(old: Iterable[TreeHead], size: int, note: str) -> Files:
    """By older tree: the proof that it is the beginning of the signed one, as a witness is asked (tlog-witness).

    Raises Refused `evidence.old` for a tree larger than the signed one.
    """
    nodes = Nodes(size, tile_data)
    for head in old:
        if head.size > size:
            raise Refused(
                "evidence.old",
                _("Titik periksa itu menyebut %(kept)d catatan, log ini hanya %(have)d: ada yang hilang.")
                % {"kept": head.size, "have": size},
                fix=_(
                    "Simpan titik periksa itu dan minta `manage.py audit verify` dijalankan di hadapan Anda."
                ),
            )
        if 0 < head.size < size:
            path = consistency_proof(head.size, size, nodes)
            lines = [f"old {head.size}", *(b64encode(each).decode() for each in path)]
            yield f"consistency/{head.size}.txt", ("\n".join(lines) + "\n\n" + note).encode()


def stamps(found: Iterable[Stamp]) -> Files:
    """Time stamps (RFC 3161), each beside the very note it is over, as `export-tiles` writes them."""
    for stamp in found:
        yield f"stamp/{stamp.checkpoint.size}.tsr", bytes(stamp.response)
        yield f"stamp/{stamp.checkpoint.size}.checkpoint", stamp.checkpoint.note.encode()


def papers(pks: Iterable[int]) -> Files:
    """The stored PDFs, as rendered and as signed; a paper that waits for its PDF has none yet."""
    for paper in Paper.objects.filter(pk__in=list(pks)).select_related("signed").order_by("pk"):
        if paper.is_rendered:
            for ending, file in file_of(paper):
                yield f"papers/{paper.pk}-{paper.kind.lower()}-v{paper.version}{ending}.pdf", file.read()


def choices(purchase: Purchase) -> Files:
    """The answers of the search that lines were chosen from, as they were shown (docs/search-choices.md)."""
    lines = purchase.lines.filter(choice__isnull=False).select_related("choice")
    found = {line.choice.sha256: line.choice.content for line in lines if line.choice is not None}
    for digest in sorted(found):
        yield f"choices/{digest}.json", found[digest].encode()


def agreements(purchase: Purchase) -> Files:
    """What buyer and vendor agreed, version by version."""
    for agreement in purchase.agreements.order_by("version"):
        yield (
            f"agreements/{agreement.version:03d}.json",
            canonical.encode(agreement.content(purchase.number)),
        )


def state(purchase: Purchase, things: Iterable[Thing], entries: Iterable[Entry]) -> dict[str, Any]:
    """What the tables say of each thing, for comparison with its entries."""
    events = Counter((entry.aggregate_type, entry.aggregate_id) for entry in entries)
    told = [
        {
            "type": thing.kind,
            "id": thing.pk,
            "state": thing.state or None,
            "events": events[thing.kind, thing.pk],
            "whole": thing.whole,
            "figures": thing.figures,
        }
        for thing in things
        if thing.state or events[thing.kind, thing.pk]
    ]
    return {"order": {"id": str(purchase.pk), "number": purchase.number}, "things": told}


def books(purchase: Purchase) -> dict[str, Any]:
    """The order's journals in sen, debit positive, and what its taxes are, in whole rupiah."""
    legs: dict[int, dict[str, int]] = {}
    rows = Leg.objects.filter(journal__purchase_number=purchase.number)
    for journal, code, amount in rows.values_list("journal_id", "account__code", "amount"):
        legs.setdefault(journal, {})[code] = amount
    journals = Journal.objects.filter(purchase_number=purchase.number).order_by("pk")
    obligation = PaymentObligation.objects.filter(purchase=purchase).first()
    taxes = TaxLine.objects.filter(obligation=obligation).select_related("deposit").order_by("pk")
    return {
        "order": purchase.number,
        "journals": [
            {
                "id": str(journal.pk),
                "kind": journal.kind,
                "posted_at": journal.posted_at.isoformat(),
                "reverses": str(journal.reverses_id) if journal.reverses_id else None,
                "legs": legs.get(journal.pk, {}),
            }
            for journal in journals
        ],
        "obligation": obligation
        and {
            "gross_rupiah": obligation.gross,
            "net_rupiah": obligation.net,
            "withheld_rupiah": obligation.withheld,
            "penalty_rupiah": obligation.penalty,
        },
        "taxes": [
            {
                "id": str(tax.pk),
                "code": tax.code,
                "base": tax.base,
                "rate": tax.rate,
                "amount_rupiah": tax.amount,
                "rule": f"{tax.rule_id}/{tax.rule_version}",
                "legal_basis": tax.legal_basis,
                "ntpn": tax.ntpn,
                "deposited_on": tax.deposited_on.isoformat() if tax.deposited_on else None,
            }
            for tax in taxes
        ],
    }


def verifier() -> bytes:
    """The single-file verifier as this installation has it."""
    path = settings.BASE_DIR / "docs" / "verifier" / "verify.py"
    return bytes(path.read_bytes())


def as_json(value: object) -> bytes:
    """JSON that people can read and that is the same every time."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

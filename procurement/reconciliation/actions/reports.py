"""A payment provider's settlement report: which captures one transfer stands for, and what the provider kept."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.texts import control_in
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import doing
from procurement.reconciliation.actions.matching import match_region
from procurement.reconciliation.legs import standing
from procurement.reconciliation.models import LegKind, ProviderReport, ReportItem
from procurement.reconciliation.reading import shown
from procurement.reconciliation.reading.parsed import sen
from procurement.settlement.models import PaymentAttempt

COLUMNS: Final = ("reference", "gross", "fee")
MAX_BYTES: Final = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Row:
    reference: str
    gross: int
    fee: int


def import_provider_report(
    *, actor: Actor, provider: str, reference: str, dated: date, content: bytes
) -> ProviderReport:
    """Keep a settlement report, a CSV with the columns reference (our payment), gross, fee; then match its transfer.

    The same report again returns the first. Raises Refused `report.unreadable`, `report.unknown_payment`,
    `report.amount` (both figures), `report.settled`, `report.date`, `report.known` (same reference, other content),
    `wrong_role`.
    """
    actor.require(Role.OPERATOR, Role.SYSTEM)
    digest = sha256(content).hexdigest()
    known = ProviderReport.objects.filter(provider=provider, reference=reference).first()
    if known is not None:
        if known.sha256 == digest:
            return known
        raise Refused("report.known", f"Pencairan {reference} sudah diimpor dengan isi yang berbeda.")
    if dated > clock.today():
        raise Refused(
            "report.date", "Tanggal pencairan berada di masa depan.", fix="Salin dari laporan.", field="dated"
        )
    rows = _read(content)
    with doing(actor=actor) as deed:
        attempts = _attempts(actor, provider, rows)
        gross, fee = sum(row.gross for row in rows), sum(row.fee for row in rows)
        report = ProviderReport.objects.create(
            region_id=next(iter(attempts.values())).region_id,
            provider=provider,
            reference=reference,
            dated=dated,
            gross=gross,
            fee=fee,
            net=gross - fee,
            sha256=digest,
            imported_by_id=actor.user_id,
            imported_at=deed.at,
        )
        ReportItem.objects.bulk_create(
            ReportItem(report=report, attempt=attempts[row.reference], gross=row.gross, fee=row.fee)
            for row in rows
        )
        told = {"reference": reference, "net_rupiah": report.net // SEN_PER_RUPIAH, "items": len(rows)}
        deed.record(
            "provider_report.import", report, {**told, "gross_sen": gross, "fee_sen": fee, "sha256": digest}
        )
        enqueue("reconciliation.match", {"region": report.region_id}, key=f"{report.region_id}:{digest}")
    match_region(report.region_id)
    return report


def _read(content: bytes) -> list[_Row]:
    if len(content) > MAX_BYTES:
        raise _unreadable(f"lebih dari {MAX_BYTES // 1024 // 1024} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise _unreadable("bukan teks UTF-8") from wrong
    hidden = control_in(text)
    if hidden:
        raise _unreadable(f"ada karakter yang tidak terlihat ({hidden})")
    reader = csv.DictReader(text.splitlines())
    try:
        rows = [_row(number, told) for number, told in enumerate(reader, 2)]
    except csv.Error as wrong:
        raise _unreadable("CSV rusak") from wrong
    if not rows:
        raise _unreadable("tidak ada pembayaran di dalamnya")
    if len({row.reference for row in rows}) != len(rows):
        raise _unreadable("satu pembayaran ada dua kali di dalamnya")
    return rows


def _row(number: int, told: dict[str, str]) -> _Row:
    cells = [(told.get(name) or "").strip() for name in COLUMNS]
    if not all(cells):
        raise _unreadable(f"baris {number} tidak berisi {', '.join(COLUMNS)}")
    try:
        row = _Row(cells[0], sen(cells[1]), sen(cells[2]))
    except Refused as wrong:  # its words are those of a bank's statement
        raise _unreadable(f"gross atau fee pada baris {number} bukan nilai rupiah") from wrong
    if not 0 <= row.fee <= row.gross or row.gross == 0:
        raise _unreadable(f"gross pada baris {number} harus lebih dari nol, dan fee tidak melebihinya")
    return row


def _unreadable(what: str) -> Refused:
    return Refused(
        "report.unreadable",
        f"Laporan pencairan tidak terbaca: {what}.",
        fix="Pakai CSV dari penyedia pembayaran dengan kolom reference, gross dan fee, tanpa mengubah isinya.",
        field="file",
    )


def _attempts(actor: Actor, provider: str, rows: list[_Row]) -> dict[str, PaymentAttempt]:
    """The payments a report names, locked: captured, of one region, not settled before, amounts as booked."""
    found = PaymentAttempt.objects.filter(provider=provider, reference__in=[row.reference for row in rows])
    if actor.role is not Role.SYSTEM:
        found = found.filter(region_id=actor.region_id or 0)
    by_reference = {each.reference: each for each in found.order_by("pk").select_for_update(of=("self",))}
    for row in rows:
        attempt = by_reference.get(row.reference)
        if attempt is None or attempt.received == 0:
            raise Refused(
                "report.unknown_payment",
                f"Pembayaran {row.reference[:40]} tidak dikenal atau belum diterima.",
            )
        if attempt.received != row.gross:
            raise Refused(
                "report.amount",
                f"Pembayaran {row.reference} tercatat {shown(attempt.received)}, laporannya {shown(row.gross)}.",
            )
    if len({each.region_id for each in by_reference.values()}) != 1:
        raise Refused("report.regions", "Satu laporan pencairan memuat pembayaran satu daerah saja.")
    _insist_unsettled(by_reference)
    return by_reference


def _insist_unsettled(attempts: dict[str, PaymentAttempt]) -> None:
    pks = [each.pk for each in attempts.values()]
    in_report = ReportItem.objects.filter(attempt_id__in=pks).values_list("attempt__reference", flat=True)
    at_bank = standing().filter(leg_kind=LegKind.CAPTURE, leg_id__in=pks).values_list("leg_id", flat=True)
    by_pk = {each.pk: each.reference for each in attempts.values()}
    settled = [*in_report, *(by_pk[pk] for pk in at_bank)]
    if settled:
        raise Refused("report.settled", f"Pembayaran {settled[0]} sudah dicairkan sebelumnya.")

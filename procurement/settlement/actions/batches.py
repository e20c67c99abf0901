"""Batches of transfers for the bank's portal: made by a treasurer, approved by another person, downloaded, sent.

Every transfer is its own act: a refused one is named and left out, the rest goes on. Lock order: batch → order →
transfer → ledger accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_hex

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import begin, beginning, doing, move_along, passing
from procurement.purchasing.models import Purchase
from procurement.settlement.actions import booking
from procurement.settlement.actions.payouts import approve_payout, payout_for, prepare_in
from procurement.settlement.guards import insist, other_duty
from procurement.settlement.models import Payout, PayoutBatch
from procurement.settlement.payout_files import FORMATS, Order, Source, Transfer
from procurement.settlement.payout_workflow import BEFORE_SENT


@dataclass(slots=True)
class Gathered:
    """What came of the transfers of a batch: how many went through, and why others did not."""

    batch: PayoutBatch
    done: int = 0
    refusals: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file for the bank's portal."""

    name: str
    media_type: str
    content: bytes
    digest: str


def batch_for(actor: Actor, batch_id: int) -> PayoutBatch:
    """The batch, when it is of the actor's unit (auditors: region). Raises PayoutBatch.DoesNotExist otherwise."""
    if actor.role is Role.AUDITOR:
        return PayoutBatch.objects.get(pk=batch_id, region_id=actor.region_id or 0)
    return PayoutBatch.objects.get(pk=batch_id, organisation_id=actor.organisation_id or 0)


def make_batch(*, actor: Actor, payout_ids: Sequence[int]) -> Gathered:
    """Gather drafts (and approved transfers) into a batch as treasurer, who answers for them as their maker.

    Raises Refused `batch.empty`, `batch.too_many` (dated rule `payout.batch_max`), and the first transfer's own
    refusal when none could be taken.
    """
    actor.require(Role.TREASURER)
    wanted = list(dict.fromkeys(payout_ids))
    most = int(parameter("payout.batch_max", region_id=actor.region_id).value)
    if not wanted:
        raise Refused(
            "batch.empty", "Belum ada transfer yang dipilih.", fix="Centang paling sedikit satu transfer."
        )
    if len(wanted) > most:
        raise Refused(
            "batch.too_many",
            f"Satu kelompok memuat paling banyak {most} transfer; Anda memilih {len(wanted)}.",
            fix="Bagi menjadi beberapa kelompok.",
        )
    payouts = [payout_for(actor, pk) for pk in wanted]
    with beginning(PayoutBatch, act="payout_batch.make", actor=actor) as start:
        batch = begin(_new(actor), at=start.at)
        start.thing = batch
        start.facts.update(reference=batch.reference, count=len(wanted), amount_rupiah=0)
    gathered = _each(batch, payouts, lambda payout: _take_in(actor, batch.pk, payout))
    if not gathered.done:
        cancel_batch(actor=actor, batch_id=batch.pk)
        reference, sentence = gathered.refusals[0]
        raise Refused(
            "batch.nothing_taken", f"Tidak ada transfer yang dapat dikelompokkan. {reference}: {sentence}"
        )
    return gathered


def approve_batch(*, actor: Actor, batch_id: int, revision: int | None = None) -> Gathered:
    """Approve a batch as another person (PPK-SKPD): every transfer by itself, refused ones leave the batch.

    Raises Refused `batch.same_person`, `batch.nothing_approved`, `wrong_state`, `stale`.
    """
    actor.require(Role.PPK_SKPD)
    batch = batch_for(actor, batch_id)
    if revision is not None and batch.revision != revision:
        raise Refused(
            "stale", "Kelompok ini sudah diubah orang lain.", fix="Muat ulang halaman, lalu ulangi."
        )
    batch.moves.decide(batch.state, "approve", actor.role, batch.standing(actor))
    drafts = list(batch.payouts.filter(state="DRAFT").order_by("pk"))
    gathered = _each(batch, drafts, lambda payout: approve_payout(actor=actor, payout_id=payout.pk))
    with passing(PayoutBatch, batch_id, "approve", actor=actor) as passage:
        members = list(_members(batch_id))
        staying = [each for each in members if each.state == "APPROVED" and each.held_at is None]
        if not staying:
            said = "; ".join(f"{reference}: {why}" for reference, why in gathered.refusals[:3])
            raise Refused("batch.nothing_approved", f"Tidak satu pun transfer dapat disetujui. {said}")
        leaving = [each.pk for each in members if each not in staying]
        Payout.objects.filter(pk__in=leaving).update(batch=None)
        thing = passage.thing
        thing.count, thing.control_sum = len(staying), sum(each.amount for each in staying)
        thing.source = _source(thing.region_id)
        thing.approved_by_id, thing.approved_at = actor.user_id, passage.at
        passage.facts.update(_facts(thing), left_out=[reference for reference, _why in gathered.refusals])
    gathered.batch, gathered.done = passage.thing, len(staying)
    return gathered


def download_batch(*, actor: Actor, batch_id: int, form: str) -> BatchFile:
    """The file of an approved batch for the bank's portal; each download is in the log and sends nothing.

    `form` is a key of `payout_files.FORMATS`. The same batch gives the same bytes every time. Raises Refused
    `batch.not_approved`, `batch.changed` (a transfer in it was held meanwhile), `batch.format`.
    """
    actor.require(Role.TREASURER)
    if form not in FORMATS:
        raise Refused("batch.format", f"Format {form} tidak dikenal.", fix=f"Pilih {', '.join(FORMATS)}.")
    batch_for(actor, batch_id)
    with doing(actor=actor) as deed:
        batch = PayoutBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
        members = list(_members(batch_id))
        _downloadable(batch, members)
        write, ending, media_type = FORMATS[form]
        content = write(_order(batch, members))
        digest = sha256(content).hexdigest()
        if batch.downloaded_at is None:
            batch.downloaded_at = deed.at
            batch.save(update_fields=["downloaded_at"])
        deed.record("payout_batch.download", batch, {**_facts(batch), "format": form, "sha256": digest})
    return BatchFile(f"{batch.reference}.{ending}", media_type, content, digest)


def send_batch(*, actor: Actor, batch_id: int, revision: int | None = None) -> PayoutBatch:
    """Say that the batch's file was uploaded to the bank: all its transfers are on their way, or none.

    Raises Refused `batch.not_downloaded`, `payout.held`, `wrong_state`, `stale`.
    """
    batch_for(actor, batch_id)
    with passing(PayoutBatch, batch_id, "send", actor=actor, revision=revision) as passage:
        if passage.thing.downloaded_at is None:
            raise Refused(
                "batch.not_downloaded",
                "Berkas kelompok ini belum pernah diunduh, jadi belum mungkin dikirim ke bank.",
                fix="Unduh berkasnya, unggah ke portal bank, lalu tandai.",
            )
        passage.thing.sent_at = passage.at
        for payout in _members(batch_id):
            number = payout.obligation.purchase.number
            payout.sent_at = passage.at
            payout.save(update_fields=["sent_at"])
            booking.payout_sent(passage, payout, number)
            facts = {
                "reference": payout.reference,
                "number": number,
                "amount_rupiah": payout.amount,
                "bank_account_version": payout.bank_account.version,
                "batch": passage.thing.reference,
            }
            move_along(passage, Payout, payout.pk, "send", facts=facts)
        passage.facts.update(_facts(passage.thing))
    return passage.thing


def cancel_batch(*, actor: Actor, batch_id: int, revision: int | None = None) -> PayoutBatch:
    """Give a batch up before it is sent; its transfers stay as they are and can be gathered anew.

    Once its file was downloaded a second person (PPK-SKPD) cancels it: `batch.downloaded`.
    """
    batch_for(actor, batch_id)
    with passing(PayoutBatch, batch_id, "cancel", actor=actor, revision=revision) as passage:
        list(_members(batch_id))  # locked, in order
        Payout.objects.filter(batch_id=batch_id).update(batch=None)
        passage.facts.update(_facts(passage.thing))
    return passage.thing


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _new(actor: Actor) -> PayoutBatch:
    assert actor.user_id is not None and actor.organisation_id is not None  # held by `require`
    return PayoutBatch(
        organisation_id=actor.organisation_id,
        region_id=actor.region_id or 0,
        reference=f"KLP-{clock.today():%Y%m%d}-{token_hex(5)}",
        made_by_id=actor.user_id,
    )


def _source(region_id: int) -> dict[str, str]:
    """The region's own account that transfers leave from (dated rule `payout.source_account`)."""
    told = dict(parameter("payout.source_account", region_id=region_id).value)
    if not str(told["account"]).strip("0"):
        raise Refused(
            "batch.no_source",
            "Rekening sumber transfer daerah ini belum diisi.",
            rule="Parameter payout.source_account",
            fix="Minta operator mengusulkan nomor rekening bendahara pada halaman aturan.",
        )
    return {key: str(told[key]) for key in ("name", "bank", "account")}


def _each(batch: PayoutBatch, payouts: Sequence[Payout], act: Callable[[Payout], object]) -> Gathered:
    gathered = Gathered(batch)
    for payout in payouts:
        try:
            act(payout)
        except Refused as refusal:
            gathered.refusals.append((payout.reference, str(refusal)))
        else:
            gathered.done += 1
    return gathered


def _take_in(actor: Actor, batch_id: int, found: Payout) -> None:
    try:
        with doing(actor=actor) as deed:
            batch = PayoutBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
            purchase = Purchase.objects.select_for_update(of=("self",)).get(pk=found.obligation.purchase_id)
            payout = Payout.objects.select_for_update(of=("self",)).get(pk=found.pk)
            if payout.batch_id is not None or payout.state not in BEFORE_SENT or batch.state != "DRAFT":
                raise Refused(
                    "payout.in_batch",
                    f"Transfer {payout.reference} sudah dalam kelompok lain atau sudah dikirim.",
                )
            if payout.state == "DRAFT":
                prepare_in(deed, purchase, payout)
            elif payout.held_at is not None:
                raise Refused("payout.held", f"Transfer ini ditahan auditor: {payout.hold_reason}")
            payout.batch_id = batch_id
            payout.save(update_fields=["batch"])
    except IntegrityError as broken:
        insist(other_duty(str(broken)))
        raise


def _members(batch_id: int) -> list[Payout]:
    """The transfers of a batch by reference's row, locked."""
    found = Payout.objects.select_for_update(of=("self",)).filter(batch_id=batch_id)
    return list(found.select_related("obligation__purchase", "bank_account").order_by("pk"))


def _downloadable(batch: PayoutBatch, members: Sequence[Payout]) -> None:
    if batch.state not in {"APPROVED", "SENT"}:
        raise Refused(
            "batch.not_approved",
            f"Kelompok ini berstatus “{batch.get_state_display()}”; berkasnya ada setelah disetujui.",
            fix="Minta PPK-SKPD menyetujui kelompok ini.",
        )
    if batch.state == "SENT":
        return
    held = [each.reference for each in members if each.held_at is not None]
    broken = [each.reference for each in members if not each.bank_account.is_as_recorded()]
    if held or broken:
        raise Refused(
            "batch.changed",
            f"Ada transfer yang ditahan auditor atau rekeningnya tidak utuh: {', '.join(held + broken)}.",
            fix="Selesaikan dengan auditor, atau batalkan kelompok ini dan susun lagi tanpa transfer itu.",
        )


def _order(batch: PayoutBatch, members: Sequence[Payout]) -> Order:
    assert batch.approved_at is not None
    transfers = [
        Transfer(
            reference=each.reference,
            amount=each.amount,
            bank=each.bank_account.bank_code,
            account=each.bank_account.number,
            holder=each.bank_account.holder_name,
            purpose=f"{each.obligation.purchase.number} {each.reference}",
        )
        for each in members
    ]
    order = Order(batch.reference, batch.approved_at, Source(**batch.source), transfers)
    if (len(transfers), order.control_sum) != (batch.count, batch.control_sum):
        raise AssertionError(f"batch {batch.reference} is not what was approved")
    return order


def _facts(batch: PayoutBatch) -> dict[str, object]:
    return {"reference": batch.reference, "count": batch.count, "amount_rupiah": batch.control_sum}

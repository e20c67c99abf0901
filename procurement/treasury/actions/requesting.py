"""Asking for money: NPD of the PPTK (LS, TU), SPP of the treasurer (UP, GU). Every sum but that of a TU is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, begin, doing
from procurement.documents.actions import issue
from procurement.documents.queries import signature_of
from procurement.purchasing.models import Purchase
from procurement.settlement.models import PaymentObligation
from procurement.treasury import papers
from procurement.treasury.models import PaymentRequest, RequestItem
from procurement.treasury.queries.imprest import replenishable, up_limit
from procurement.treasury.queries.requests import requestable

Kind = PaymentRequest.Kind
CAPTIONS = {Role.PPTK: "Pejabat Pelaksana Teknis Kegiatan", Role.TREASURER: "Bendahara Pengeluaran"}


def request_ls(*, actor: Actor, numbers: Sequence[str]) -> PaymentRequest:
    """As PPTK ask for the payment of approved LS orders of one vendor. Nothing is typed.

    Raises Refused `request.nothing`, `request.not_due` (names the order), `request.two_payees`,
    `request.asked_already`, `wrong_role`.
    """
    actor.require(Role.PPTK)
    with _asking(actor) as deed:
        owed = _locked_orders(actor, numbers)
        first = owed[0]
        payees = {(each.purchase.vendor_id, each.invoice.bank_account_id) for each in owed}
        if len(payees) > 1:
            raise Refused(
                "request.two_payees",
                "Satu NPD LS dibayarkan kepada satu penyedia, pada satu rekening.",
                rule="Permendagri 77/2020",
                fix="Buat NPD sendiri untuk tiap penyedia.",
            )
        named = ", ".join(each.purchase.number for each in owed)
        request = _new(
            actor,
            Kind.LS,
            f"Pembayaran pesanan {named}"[:300],
            gross=sum(each.gross for each in owed),
            net=sum(each.net for each in owed),
            vendor_id=first.purchase.vendor_id,
            bank_account_id=first.invoice.bank_account_id,
        )
        return _begun(deed, request, owed, state="NPD")


def request_tu(*, actor: Actor, amount: int, purpose: str) -> PaymentRequest:
    """As PPTK ask for a one-off top-up of `amount` rupiah; it must be accounted for within a dated time.

    Raises Refused `request.purpose`, `request.amount`, `request.open_tu` (the last one is not accounted for yet).
    """
    actor.require(Role.PPTK)
    if len(purpose.strip()) < 10:
        raise Refused(
            "request.purpose",
            "Keperluan TU belum jelas.",
            fix="Tulis kegiatan dan alasannya, paling sedikit 10 huruf.",
            field="purpose",
        )
    if amount <= 0:
        raise Refused(
            "request.amount",
            "Jumlah TU harus lebih dari nol.",
            fix="Isi kebutuhan dalam rupiah penuh.",
            field="amount",
        )
    with _asking(actor) as deed:
        request = _new(actor, Kind.TU, purpose.strip()[:300], gross=amount, net=amount)
        return _begun(deed, request, [], state="NPD")


def request_up(*, actor: Actor) -> PaymentRequest:
    """As treasurer ask for the year's imprest, as large as the region's rule sets it for the unit.

    Raises Refused `request.up_once`, `request.amount` when the rule sets nothing.
    """
    actor.require(Role.TREASURER)
    with _asking(actor) as deed:
        amount, rule = up_limit(Organisation.objects.get(pk=actor.organisation_id or 0))
        if amount <= 0:
            raise Refused("request.amount", "Besaran UP unit ini belum ditetapkan.", rule=rule.legal_basis)
        year = clock.today().year
        request = _new(actor, Kind.UP, f"Uang Persediaan tahun {year}", gross=amount, net=amount)
        return _begun(deed, request, [], state="SPP")


def request_gu(*, actor: Actor) -> PaymentRequest:
    """As treasurer ask back what the imprest has paid and no earlier GU names: sum and orders are computed.

    Raises Refused `request.nothing`, `request.asked_already`.
    """
    actor.require(Role.TREASURER)
    with _asking(actor) as deed:
        unit_id, year = actor.organisation_id or 0, clock.today().year
        owed = list(replenishable(unit_id, year=year))
        if not owed:
            raise _nothing("Tidak ada pembayaran UP yang belum diganti.")
        gross = sum(each.gross for each in owed)
        purpose = f"Ganti UP atas {len(owed)} pesanan, {rupiah(gross)}"
        request = _new(actor, Kind.GU, purpose, gross=gross, net=gross)
        return _begun(deed, request, owed, state="SPP")


# ── insides ──────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def _asking(actor: Actor) -> Iterator[Deed]:
    """A deed in which the database's own refusals become sentences for people."""
    try:
        with doing(actor=actor) as deed:
            yield deed
    except IntegrityError as broken:
        raise _explained(broken) from broken


def _locked_orders(actor: Actor, numbers: Sequence[str]) -> list[PaymentObligation]:
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise _nothing("Belum ada pesanan yang dipilih.")
    rows = Purchase.objects.filter(number__in=wanted, organisation_id=actor.organisation_id or 0)
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    owed = list(requestable(actor, wanted))
    missing = set(wanted) - {each.purchase.number for each in owed}
    if missing:
        raise Refused(
            "request.not_due",
            f"Pesanan {', '.join(sorted(missing))} tidak dapat diminta melalui LS sekarang.",
            fix="Hanya pesanan LS yang sudah disetujui PA/KPA dan belum ada dalam permintaan atau SP2D lain.",
        )
    return owed


def _new(actor: Actor, kind: str, purpose: str, *, gross: int, net: int, **more: Any) -> PaymentRequest:
    return PaymentRequest(
        region_id=actor.region_id or 0,
        organisation_id=actor.organisation_id or 0,
        kind=str(kind),
        year=clock.today().year,
        purpose=purpose,
        gross=gross,
        net=net,
        deductions=gross - net,
        **more,
    )


def _begun(
    deed: Deed, request: PaymentRequest, owed: Sequence[PaymentObligation], *, state: str
) -> PaymentRequest:
    """Save it with its orders, issue its first paper and tell the log."""
    duty, paper_kind = ("pptk", "npd") if state == "NPD" else ("treasurer", "spp")
    setattr(request, f"{duty}_id", deed.actor.appointment_id)
    begin(request, at=deed.at, state=state)
    is_ls = request.kind == Kind.LS
    RequestItem.objects.bulk_create(
        RequestItem(
            request=request,
            obligation=each,
            gross=each.gross,
            net=each.net if is_ls else each.gross,
            deductions=each.gross - each.net if is_ls else 0,
        )
        for each in owed
    )
    number = issued(deed, request, paper_kind)
    setattr(request, f"{paper_kind}_number", number)
    request.save(update_fields=[f"{paper_kind}_number"])
    orders = [each.purchase.number for each in owed]
    deed.record(f"payment_request.{paper_kind}", request, {**told(request), "orders": orders, "state": state})
    return request


def issued(deed: Deed, request: PaymentRequest, kind: str, *, caption: str = "", **more: str) -> str:
    """Issue the paper of that kind, signed by the one who acts; its number. Other papers are named in `more`."""
    appointment = Appointment.objects.select_related("user").get(pk=deed.actor.appointment_id or 0)
    unit = request.organisation.name
    caption = caption or CAPTIONS[Role(appointment.role)]
    signed = signature_of(appointment, unit=unit, at=deed.at, caption=caption)
    facts = papers.facts_of(request, at=deed.at, **more)
    return issue(deed, kind, facts, subject=request, signatories=[signed]).number  # type: ignore[list-item]


def told(request: PaymentRequest) -> dict[str, Any]:
    """What the log says of a request at every step."""
    return {
        "number": request.number,
        "kind": request.kind,
        "gross_rupiah": request.gross,
        "deductions_rupiah": request.deductions,
        "net_rupiah": request.net,
    }


def _nothing(sentence: str) -> Refused:
    return Refused("request.nothing", sentence, fix="Tidak ada yang perlu diajukan sekarang.")


def _explained(broken: IntegrityError) -> Refused:
    said = str(broken)
    if "treasury_item_one_standing" in said:
        return Refused(
            "request.asked_already",
            "Salah satu pesanan sudah ada dalam permintaan lain.",
            fix="Muat ulang halaman; permintaan itu ada pada daftar.",
        )
    if "treasury_request_one_up" in said:
        return Refused(
            "request.up_once",
            "UP tahun ini sudah diminta.",
            rule="Permendagri 77/2020: UP diberikan sekali, lalu diganti melalui GU",
            fix="Ajukan GU untuk mengisinya kembali.",
        )
    if "treasury_request_one_open_tu" in said:
        return Refused(
            "request.open_tu",
            "TU sebelumnya belum selesai dipertanggungjawabkan.",
            rule="Permendagri 77/2020",
            fix="Pertanggungjawabkan TU itu lebih dahulu.",
        )
    raise broken

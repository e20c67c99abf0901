"""Our side of SNAP BI as a server: the bank asks for a token, asks what a virtual account owes, and tells of payments.

Every authentic request is stored with its answer before the answer leaves; what a payment brings about is the work of
the same machinery as every other notification. A forged request gets no further than its signature.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError

from marketplace.core import clock
from marketplace.core.money import SEN_PER_RUPIAH
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed, doing
from procurement.settlement.actions.misfits import missing
from procurement.settlement.actions.notifications import (
    NOTHING_FOLLOWS,
    STRANGERS_BYTES,
    enough_from_strangers,
    keep,
)
from procurement.settlement.actions.paying import CASHIER
from procurement.settlement.models import PaymentAttempt, ProviderEvent, SnapRequest
from procurement.settlement.providers import provider
from procurement.settlement.providers.base import Notice
from procurement.settlement.providers.snap import callbacks
from procurement.settlement.providers.snap.agreement import HOLDER
from procurement.settlement.providers.snap.callbacks import Called
from procurement.settlement.providers.snap.collecting import SnapQris, SnapVirtualAccount
from procurement.settlement.providers.snap.words import (
    QR_NOTIFY,
    TOKEN,
    VA_INQUIRY,
    VA_PAYMENT,
    Service,
    amount_of,
    reference_of,
    sen_of,
    text_of,
)
from procurement.settlement.workflow import OPEN


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank gets: an HTTP status and a body whose responseCode repeats it."""

    http: int
    body: Mapping[str, Any]
    accepted: bool = False
    reference: str = ""

    @property
    def code(self) -> str:
        """responseCode."""
        return str(self.body["responseCode"])


Plugin = SnapVirtualAccount | SnapQris


# ── the four doors ───────────────────────────────────────────────────────────────────────────────────────────────
def grant_token(raw: bytes, headers: Mapping[str, str]) -> Answer:
    """Give the bank a token (73) for 15 minutes, when the request is signed with its key and of now."""
    plugin = _plugin("snap_va") or _plugin("snap_qris")
    if plugin is None:
        return _refusal(TOKEN, 404, "16", "Partner Not Found")
    now = clock.now()
    called = callbacks.token_request_stands(plugin.agreed, headers, now=now)
    if called.case:
        _keep_stranger(plugin, called, TOKEN, raw, headers)
        return _refusal(TOKEN, called.http, called.case, called.message)
    if fault := _grant_fault(raw):
        return fault
    token = callbacks.new_token(plugin.agreed, now=now)
    seconds = plugin.agreed.dialect.expires_in(callbacks.TOKEN_SECONDS)
    return _success(TOKEN, {"accessToken": token, "tokenType": "BearerToken", "expiresIn": seconds})


def _grant_fault(raw: bytes) -> Answer | None:
    try:
        body = json.loads(raw) if len(raw) <= callbacks.LONGEST_BODY else None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return _refusal(TOKEN, 400, "00", "Bad Request")
    if not body.get("grantType"):
        return _refusal(TOKEN, 400, "02", "Invalid Mandatory Field grantType")
    if body["grantType"] != "client_credentials":
        return _refusal(TOKEN, 400, "01", "Invalid Field Format grantType")
    return None


def answer_inquiry(raw: bytes, headers: Mapping[str, str]) -> Answer:
    """Tell the bank what a virtual account owes (24)."""
    return _served("snap_va", VA_INQUIRY, raw, headers, _inquiry)


def take_payment(raw: bytes, headers: Mapping[str, str]) -> Answer:
    """Take notice of a payment into a virtual account (25), or refuse it, so that the bank gives it back."""
    return _served("snap_va", VA_PAYMENT, raw, headers, _payment)


def take_qris_notice(raw: bytes, headers: Mapping[str, str]) -> Answer:
    """Take notice of how a QRIS payment stands (52). The money has moved; there is nothing to refuse."""
    return _served("snap_qris", QR_NOTIFY, raw, headers, _qris_notice)


# ── what all of them do ──────────────────────────────────────────────────────────────────────────────────────────
def _served(
    name: str,
    service: Service,
    raw: bytes,
    headers: Mapping[str, str],
    decide: Callable[[Any, Mapping[str, Any]], Answer],
) -> Answer:
    plugin = _plugin(name)
    if plugin is None:
        return _refusal(service, 404, "16", "Partner Not Found")
    if len(raw) > callbacks.LONGEST_BODY:
        return _refusal(service, 400, "00", "Bad Request")
    called = callbacks.checked(plugin.agreed, service, raw, headers, now=clock.now())
    if called.case:
        _keep_stranger(plugin, called, service, raw, headers)
        return _refusal(service, called.http, called.case, called.message)
    try:
        with doing(actor=CASHIER) as deed:
            answer = decide(plugin, called.body)
            _record(deed, plugin, service, called, raw, headers, answer)
    except IntegrityError as broken:
        if "settlement_snap" not in str(broken):
            raise
        return _refusal(service, 409, "00", "Conflict")
    return answer


def _plugin(name: str) -> Plugin | None:
    try:
        found = provider(name)
    except Refused:
        return None
    assert isinstance(found, SnapVirtualAccount | SnapQris)
    return found


def _record(
    deed: Deed,
    plugin: Plugin,
    service: Service,
    called: Called,
    raw: bytes,
    headers: Mapping[str, str],
    answer: Answer,
) -> None:
    """Store the request, byte for byte, with its answer. IntegrityError when its external id was used today."""
    follows = answer.accepted or (service is QR_NOTIFY and answer.http == 200)
    kind = f"snap.{service.code}" + ("" if follows else NOTHING_FOLLOWS)
    event_id = f"{called.day}:{called.external_id}"
    facts = tuple(plugin.read(raw)) if follows else ()
    kept = keep(deed, plugin.name, Notice("VERIFIED", event_id, kind, facts), raw, headers)
    event = kept or ProviderEvent.objects.get(provider=plugin.name, event_id=event_id).pk
    SnapRequest.objects.create(
        provider=HOLDER,
        day=date.fromisoformat(called.day),
        external_id=called.external_id,
        service=service.code,
        reference=answer.reference,
        request_id=_request_id(called.body),
        answer_code=answer.code,
        accepted=answer.accepted,
        event_id=event,
    )
    if follows:
        enqueue("settlement.provider_event", {"event": event}, key=str(event))


def _keep_stranger(
    plugin: Plugin, called: Called, service: Service, raw: bytes, headers: Mapping[str, str]
) -> None:
    """Keep some of what nobody vouches for. It is counted apart and never in the bank's way."""
    if enough_from_strangers(plugin.name):
        return
    notice = Notice(called.verdict, None, f"snap.{service.code}")
    with doing(actor=CASHIER) as deed:
        keep(deed, plugin.name, notice, raw[:STRANGERS_BYTES], headers)


def _request_id(body: Mapping[str, Any]) -> str:
    return (text_of(body, "paymentRequestId") or text_of(body, "inquiryRequestId"))[:128]


# ── virtual accounts ─────────────────────────────────────────────────────────────────────────────────────────────
def _inquiry(plugin: SnapVirtualAccount, body: Mapping[str, Any]) -> Answer:
    fault = _account_fault(plugin, VA_INQUIRY, body, "inquiryRequestId")
    if fault is not None:
        return fault
    attempt = _attempt(reference_of(body["customerNo"].strip()))
    refusal = _not_payable(VA_INQUIRY, attempt)
    if refusal is not None or attempt is None:
        return refusal or _not_found(VA_INQUIRY)
    told = {
        **_names(plugin, body),
        "inquiryRequestId": body["inquiryRequestId"],
        "totalAmount": amount_of(attempt.amount * SEN_PER_RUPIAH),
        "virtualAccountName": _payer(attempt),
        "virtualAccountTrxType": "C",
        "inquiryStatus": "00",
        "inquiryReason": {"english": "Success", "indonesia": "Sukses"},
    }
    return _success(VA_INQUIRY, {"virtualAccountData": told}, reference=attempt.reference)


def _payment(plugin: SnapVirtualAccount, body: Mapping[str, Any]) -> Answer:
    fault = _account_fault(plugin, VA_PAYMENT, body, "paymentRequestId")
    if fault is not None:
        return fault
    if "paidAmount" not in body:
        return _refusal(VA_PAYMENT, 400, "02", "Invalid Mandatory Field paidAmount")
    try:
        paid = sen_of(body["paidAmount"])
    except ValueError:
        return _refusal(VA_PAYMENT, 400, "01", "Invalid Field Format paidAmount")
    attempt = _attempt(reference_of(body["customerNo"].strip()))
    if attempt is not None and (before := _accepted(attempt)) is not None:
        return _again(plugin, body, attempt, before, paid)
    if attempt is not None and attempt.state == "CAPTURED" and attempt.received == paid:
        # Known already, from our own question to the bank; refused now, it would go back though we count on it.
        return _paid(plugin, body, attempt, accepted=True)
    refusal = _not_payable(VA_PAYMENT, attempt)
    if refusal is not None or attempt is None:
        return refusal or _not_found(VA_PAYMENT)
    if paid != attempt.amount * SEN_PER_RUPIAH:
        return _refusal(VA_PAYMENT, 404, "13", "Invalid Amount", attempt.reference)
    return _paid(plugin, body, attempt, accepted=True)


def _again(
    plugin: SnapVirtualAccount,
    body: Mapping[str, Any],
    attempt: PaymentAttempt,
    before: SnapRequest,
    paid: int,
) -> Answer:
    """The same payment told once more gets the same answer; another payment into a paid account is refused."""
    same = before.request_id == _request_id(body) and paid == attempt.amount * SEN_PER_RUPIAH
    if same:
        return _paid(plugin, body, attempt, accepted=False)
    return _refusal(VA_PAYMENT, 404, "14", "Paid Bill", attempt.reference)


def _paid(
    plugin: SnapVirtualAccount, body: Mapping[str, Any], attempt: PaymentAttempt, *, accepted: bool
) -> Answer:
    told = {
        **_names(plugin, body),
        "virtualAccountName": _payer(attempt),
        "paymentRequestId": body["paymentRequestId"],
        "paidAmount": amount_of(attempt.amount * SEN_PER_RUPIAH),
        "totalAmount": amount_of(attempt.amount * SEN_PER_RUPIAH),
        "trxDateTime": body.get("trxDateTime", ""),
        "referenceNo": body.get("referenceNo", ""),
        "paymentFlagStatus": "00",
        "paymentFlagReason": {"english": "Success", "indonesia": "Sukses"},
    }
    return _success(VA_PAYMENT, {"virtualAccountData": told}, accepted=accepted, reference=attempt.reference)


def _account_fault(
    plugin: SnapVirtualAccount, service: Service, body: Mapping[str, Any], request_id: str
) -> Answer | None:
    """What is wrong with the names of the account: missing, of another form, or not ours."""
    for name in ("partnerServiceId", "customerNo", "virtualAccountNo", request_id):
        if not isinstance(body.get(name, ""), str):
            return _refusal(service, 400, "01", f"Invalid Field Format {name}")
        if not text_of(body, name).strip():
            return _refusal(service, 400, "02", f"Invalid Mandatory Field {name}")
    if len(body[request_id]) > 128:
        return _refusal(service, 400, "01", f"Invalid Field Format {request_id}")
    service_id, number = body["partnerServiceId"].strip(), body["customerNo"].strip()
    if len(body["partnerServiceId"]) > 8 or not service_id.isdigit():
        return _refusal(service, 400, "01", "Invalid Field Format partnerServiceId")
    if not number.isascii() or not number.isdigit() or len(number) > 20:
        return _refusal(service, 400, "01", "Invalid Field Format customerNo")
    if body["virtualAccountNo"].strip() != service_id + number:
        return _refusal(service, 400, "01", "Invalid Field Format virtualAccountNo")
    return _not_found(service) if service_id != plugin.agreed.service_id else None


def _attempt(reference: str) -> PaymentAttempt | None:
    """The attempt behind a virtual account, its row locked: of two payments at once one is the first."""
    locked = PaymentAttempt.objects.select_for_update(of=("self",)).select_related("obligation__purchase")
    return locked.filter(provider=SnapVirtualAccount.name, reference=reference).first()


def _not_payable(service: Service, attempt: PaymentAttempt | None) -> Answer | None:
    if attempt is None:
        return _not_found(service)
    paid = attempt.state == "CAPTURED" or not missing(attempt.obligation)
    if paid or _accepted(attempt) is not None:
        return _refusal(service, 404, "14", "Paid Bill", attempt.reference)
    late = attempt.expires_at is not None and attempt.expires_at <= clock.now()
    if attempt.state == "EXPIRED" or (late and attempt.state in OPEN):
        return _refusal(service, 404, "19", "Invalid Bill/Virtual Account [Expired]", attempt.reference)
    return _not_found(service, attempt.reference) if attempt.state not in OPEN else None


def _accepted(attempt: PaymentAttempt) -> SnapRequest | None:
    return SnapRequest.objects.filter(provider=HOLDER, reference=attempt.reference, accepted=True).first()


def _names(plugin: SnapVirtualAccount, body: Mapping[str, Any]) -> dict[str, str]:
    """The account as the standard writes it, whatever padding the bank sent."""
    service_id, number = plugin.agreed.padded_service_id, body["customerNo"].strip()
    return {"partnerServiceId": service_id, "customerNo": number, "virtualAccountNo": service_id + number}


def _payer(attempt: PaymentAttempt) -> str:
    """What the payer reads at the bank: the order's number, no person's name."""
    return f"Pesanan {attempt.obligation.purchase.number}"


# ── QRIS ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _qris_notice(plugin: SnapQris, body: Mapping[str, Any]) -> Answer:
    for name in ("originalReferenceNo", "originalPartnerReferenceNo", "latestTransactionStatus"):
        if not text_of(body, name).strip():
            return _refusal(QR_NOTIFY, 400, "02", f"Invalid Mandatory Field {name}")
    if text_of(body, "latestTransactionStatus") == "00":
        try:
            sen_of(body.get("amount"))
        except ValueError:
            return _refusal(QR_NOTIFY, 400, "01", "Invalid Field Format amount")
    return _success(QR_NOTIFY, {}, reference=text_of(body, "originalPartnerReferenceNo")[:40])


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────
_SUCCESSFUL: Final = "Successful"


def _success(
    service: Service, body: Mapping[str, Any], *, accepted: bool = False, reference: str = ""
) -> Answer:
    told = {"responseCode": f"200{service.code}00", "responseMessage": _SUCCESSFUL, **body}
    return Answer(200, told, accepted, reference)


def _refusal(service: Service, http: int, case: str, message: str, reference: str = "") -> Answer:
    told = {"responseCode": f"{http}{service.code}{case}", "responseMessage": message}
    return Answer(http, told, reference=reference)


def _not_found(service: Service, reference: str = "") -> Answer:
    return _refusal(service, 404, "12", "Invalid Bill/Virtual Account [Not Found]", reference)

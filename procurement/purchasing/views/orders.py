"""The list of orders and the page of one order."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.access import actor_of, roles
from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import BUYING, Role
from marketplace.audit.queries import story_of
from marketplace.pages.moves import buttons
from procurement.documents.queries import current_papers_of
from procurement.purchasing.forms import FilterForm
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries import (
    due_of,
    get_purchase_for,
    holder_of,
    may_take_over,
    panels_of,
    purchase_page,
    state_counts,
)
from procurement.purchasing.queries.assets import may_hand_over
from procurement.purchasing.queries.flags import SEERS as FLAG_SEERS
from procurement.purchasing.queries.flags import UNSEEN_BY_VENDOR
from procurement.purchasing.queries.order_list import COUNTED, SORTS
from procurement.purchasing.queries.vendor_papers import VendorPapers
from procurement.purchasing.workflow import PURCHASE, STEPS

READERS = (*sorted(BUYING), Role.VENDOR, Role.AUDITOR, Role.OPERATOR)


@require_GET
@roles(*READERS)
def purchase_list(request: HttpRequest) -> HttpResponse:
    """Orders the actor may see, newest first unless asked otherwise, narrowed by state and text; keyset pages."""
    actor, form = actor_of(request), FilterForm(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    known = {state.code for state in PURCHASE.states}
    states = [code for code in request.GET.getlist("status") if code in known]
    text = (told.get("q") or "").strip().replace("\x00", "")
    by = request.GET.get("urut", "")
    by = by if by in SORTS else "terbaru"
    page = purchase_page(
        actor, states=states, text=text, before=told.get("sebelum"), after=told.get("sesudah"), by=by
    )
    narrowed = [("status", code) for code in states] + ([("q", text)] if text else [])
    kept = narrowed + ([("urut", by)] if by != "terbaru" else [])
    context = {
        "rows": [(each, holder_of(each, seen_by=actor.role), due_of(each)) for each in page.rows],
        "older_url": f"?{urlencode([*kept, ('sebelum', page.older)])}" if page.older else "",
        "newer_url": f"?{urlencode([*kept, ('sesudah', page.newer)])}" if page.newer else "",
        "groups": [_state_filter(states, state_counts(actor))],
        "hidden": dict(kept[len(states) :]),
        "kept": urlencode(narrowed),
        "text": text,
        "by": by,
        "too_wide": page.narrow,
    }
    return render(request, "purchasing/purchase_list.html", context)


def _state_filter(chosen: list[str], counts: dict[str, int]) -> dict[str, Any]:
    return {
        "title": _("Status"),
        "name": "status",
        "options": [
            {
                "value": state.code,
                "label": state.label,
                "count": counts[state.code],
                "more": counts[state.code] >= COUNTED,
                "checked": state.code in chosen,
            }
            for state in PURCHASE.states
            if counts.get(state.code)
        ],
    }


@require_GET
@roles(*READERS)
def purchase_page_view(request: HttpRequest, number: str) -> HttpResponse:
    """One order: amounts, items, papers, money, who holds it until when, and its whole story."""
    actor = actor_of(request)
    purchase = get_purchase_for(actor, number)
    terminal = PURCHASE.state(purchase.state).terminal
    context = {
        "purchase": purchase,
        "lines": list(purchase.lines.all()),
        "deliveries": list(purchase.deliveries.all()),
        "amounts": amounts_of(purchase),
        "taxes": purchase.tax_preview.get("lines", []),
        "papers": current_papers_of(purchase),
        "holder": holder_of(purchase, seen_by=actor.role),
        "due_at": due_of(purchase),
        "terminal": terminal,
        "people": people_of(purchase),
        "steps": [*_told(purchase, actor), *([] if terminal else _coming(purchase, actor))],
        "panels": panels_of(actor, purchase),
        "buttons": _buttons(actor, purchase),
        "may_take_over": may_take_over(actor, purchase),
        "may_hand_over": may_hand_over(actor, purchase),
        "is_vendor": actor.role == Role.VENDOR,
        "sees_log": actor.role in {Role.AUDITOR, Role.OPERATOR},
        "crumbs": [{"label": _("Pesanan"), "url": reverse("purchases")}, {"label": purchase.number}],
    }
    return render(request, "purchasing/purchase.html", context)


def _buttons(actor: Actor, purchase: Purchase) -> list[dict[str, Any]]:
    """The moves of the whole order; where it has several deliveries, each card of one offers its own steps."""
    found = buttons(actor, purchase, purchase.number)
    if len(purchase.deliveries.all()) > 1:
        return [each for each in found if each["move"].name not in STEPS]
    return found


def amounts_of(purchase: Purchase) -> list[dict[str, Any]]:
    """The rows that add up to what the budget pays."""
    rows: list[dict[str, Any]] = [
        {"label": _("Barang dan jasa"), "amount": purchase.goods_total},
        {"label": _("Ongkos kirim"), "amount": purchase.shipping},
        {"label": _("PPN"), "amount": purchase.ppn},
    ]
    if purchase.local_tax:
        rows.append({"label": _("Pajak daerah (PBJT)"), "amount": purchase.local_tax})
    return [*rows, {"label": _("Jumlah dibayar anggaran"), "amount": purchase.total, "total": True}]


def people_of(purchase: Purchase) -> list[tuple[str, str]]:
    """Who holds which duty on the order: (duty, name); duties nobody has taken up are left out."""
    duties = {
        _("Pejabat Pengadaan"): purchase.pp,
        _("PPK"): purchase.ppk,
        _("Penerima barang"): purchase.receiver,
        _("Verifikator"): purchase.verifier,
        _("Persetujuan bayar"): purchase.approver,
        _("Bendahara"): purchase.treasurer,
    }
    return [(duty, each.user.name) for duty, each in duties.items() if each is not None]


def _told(purchase: Purchase, actor: Actor) -> list[dict[str, Any]]:
    """The story so far, from the log itself; the vendor is not told of flags."""
    hidden = UNSEEN_BY_VENDOR if actor.role not in FLAG_SEERS else frozenset()
    return [
        {"title": line.sentence, "at": line.entry.at, "actor": line.actor, "status": "done"}
        for line in story_of(Purchase.aggregate, str(purchase.pk))
        if line.entry.act not in hidden
    ]


_WAY = (
    "NEGOTIATING AWAITING_PPK AWAITING_VENDOR ORDERED SHIPPED DELIVERED INSPECTED ACCEPTED INVOICED VERIFIED "
    "PAYMENT_APPROVED PAID TAX_SETTLED CLOSED"
).split()


def _coming(purchase: Purchase, actor: Actor) -> list[dict[str, Any]]:
    """Where the order stands, and the states that still lie ahead on the plain way."""
    here = "DELIVERED" if purchase.state == "DISCREPANCY" else purchase.state
    ahead = _WAY[_WAY.index(here) + 1 :]
    now = {
        "title": purchase.get_state_display(),
        "actor": holder_of(purchase, seen_by=actor.role),
        "status": "current",
    }
    return [now, *({"title": PURCHASE.state(code).label, "status": "upcoming"} for code in ahead)]


@require_GET
@roles(Role.VENDOR)
def vendor_papers(request: HttpRequest) -> HttpResponse:
    """All papers of the vendor's orders: Surat Pesanan, BAST, kuitansi, tax slips."""
    shown = VendorPapers.of(actor_of(request), request.GET)
    return render(request, "purchasing/vendor_papers.html", {"shown": shown})

"""The verification desk: its queue, and a registration as the operation and its vendor see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from vendors import actions, queries
from vendors.models import Vendor
from vendors.views.checking import PAGE_SIZE, checked_page, offered, queue_page
from vendors.views.forms import edits


@require_safe
@roles(Role.OPERATOR)
def verification_queue(request: ActorRequest) -> HttpResponse:
    """Registrations that wait for their check, the most urgent first."""
    waiting = queries.vendors_for(request.actor).filter(state="REGISTERED")
    context = queue_page(request, waiting, by={"jalur": "path"})
    return render(request, "vendors/verification_queue.html", {**context, "paths": Vendor.Path.choices})


@edits
@roles(Role.OPERATOR, Role.CURATOR, Role.VENDOR)
def review_vendor(request: ActorRequest, pk: int) -> HttpResponse:
    """A registration field by field, personal data masked; the operator's words on it while it waits."""
    actor = request.actor
    vendor = queries.get_vendor_for(actor, pk)
    found = queries.vendor_findings(vendor)

    def judge(judgements: Any) -> None:
        actions.judge_vendor(actor=actor, vendor_id=pk, judgements=judgements)

    checks = actor.role is Role.OPERATOR and vendor.state == "REGISTERED"
    if request.method == "POST" and not checks:
        judge([])
    context = {
        "vendor": vendor,
        "accounts": vendor.bank_accounts.all(),
        "permits": vendor.permits.all()[:PAGE_SIZE],
        "sanctions": vendor.sanctions.all()[:PAGE_SIZE],
        "may_check_accounts": actor.role is Role.OPERATOR and vendor.state in {"VERIFIED", "SUSPENDED"},
        "may_sanction": actor.role is Role.OPERATOR and vendor.state != "DRAFT",
        "wait": queries.waits([vendor]).get(vendor.pk),
        "buttons": offered(actor, vendor, found),
        "is_vendor": actor.role is Role.VENDOR,
        "crumbs": _crumbs(actor.role, vendor),
    }
    return checked_page(
        request,
        found,
        judge if checks else None,
        back=reverse("vendor-review", args=[pk]),
        template="vendors/review.html",
        context=context,
    )


def _crumbs(role: Role, vendor: Vendor) -> list[dict[str, str]]:
    queue = [{"label": _("Verifikasi"), "url": reverse("vendor-queue")}] if role is Role.OPERATOR else []
    return [*queue, {"label": vendor.organisation.name}]

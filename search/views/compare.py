"""The compare tray and the table of listings side by side."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.regulation.places import areas_below
from search.comparing import (
    KEY,
    MOST,
    ORIGINS,
    Comparison,
    compare,
    ids_of,
    origins_of,
    tray_after,
    tray_of,
)
from search.homes import home_provinces
from search.question import Question
from vendors.queries import BUYERS


@require_safe
@roles.everyone
def comparison(request: ActorRequest) -> HttpResponse:
    """The listings an address names, or else those of the tray, side by side."""
    shared = ids_of(request.GET.getlist("id"))
    place = Question.read(request.GET).deliver_to
    seen = compare(request.actor, shared or tray_of(request.session), place=place)
    origins = {} if shared else origins_of(request.session)
    only_differing = request.GET.get("beda") == "1" and len(seen.sides) > 1
    return render(
        request,
        "search/compare.html",
        {
            "comparison": seen,
            "rows": seen.differing if only_differing else seen.rows,
            "only_differing": only_differing,
            "columns": [
                (side, _address(seen, place=place, but=side.product_id), origins.get(side.product_id))
                for side in seen.sides
            ],
            "shared": bool(shared),
            "too_many": len(shared) > MOST,
            "most": MOST,
            "address": _address(seen, place=place),
            "other_address": _address(seen, place=place, only_differing=not only_differing),
            "cities": [(area.code, area.name) for code in home_provinces() for area in areas_below(code)],
            "may_buy": request.actor.role in BUYERS,
        },
    )


@require_POST
@roles.everyone
def tray(request: ActorRequest) -> HttpResponse:
    """Put what is ticked on a page into the tray, take out what no longer is; then the table, or back to the page."""
    before, shown = tray_of(request.session), ids_of(request.POST.getlist("ada"))
    after, left_over = tray_after(before, ticked=ids_of(request.POST.getlist("id")), shown=shown)
    origins = origins_of(request.session) | _origins(request, after)
    request.session[KEY] = after
    request.session[ORIGINS] = {str(each): origins[each] for each in after if each in origins}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "search/tray_count.html", {"compared": after, "full": bool(left_over)})
    if left_over:
        told = _(
            "Paling banyak %(most)s produk dibandingkan sekaligus. Hapus satu, lalu tambahkan yang lain."
        )
        messages.warning(request, told % {"most": MOST})
    back = request.POST.get("kembali", "")
    stay = "lanjut" in request.POST and url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
    return redirect(back if stay else reverse("compare"))


def _origins(request: ActorRequest, product_ids: list[int]) -> dict[int, int]:
    """The answers that the page which was sent shows these products in."""
    said = {each: ids_of([request.POST.get(f"dari-{each}", "")]) for each in product_ids}
    return {each: answers[0] for each, answers in said.items() if answers}


def _address(seen: Comparison, *, place: str, but: int = 0, only_differing: bool = False) -> str:
    """An address that shows these listings to anybody, without one of them if asked."""
    pairs = [("id", str(side.product_id)) for side in seen.sides if side.product_id != but]
    pairs += [("kirim", place)] if place else []
    pairs += [("beda", "1")] if only_differing else []
    return reverse("compare") + ("?" + urlencode(pairs) if pairs else "")

"""For operators: how the search is, whether its index equals the cards, and mending what does not."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.roles import Role
from search.actions import ask_for_check, repair_index
from search.engines import guarded
from search.engines.elastic.health import health

FAULTS: Final = {
    "noted_for_nobody": gettext_lazy(
        "Perubahan dicatat untuk indeks yang tidak dipakai lagi. Jalankan: manage.py search_rebuild --forget"
    ),
    "engine_away": gettext_lazy("Mesin pencari tidak menjawab. Pembeli dilayani PostgreSQL sementara itu."),
    "no_index": gettext_lazy(
        "Tidak ada tepat satu indeks yang melayani. Jalankan: manage.py search_rebuild --engine elastic"
    ),
    "behind": gettext_lazy("Indeks tertinggal lebih dari setengah menit."),
    "refused": gettext_lazy("Ada produk yang ditolak indeks; alasannya di bawah."),
    "outdated": gettext_lazy("Indeks dibangun untuk versi lama. Jalankan: manage.py search_rebuild"),
    "mismatches": gettext_lazy("Pemeriksaan terakhir menemukan produk yang tidak cocok."),
}
KINDS: Final = {
    "missing": gettext_lazy("tidak ada di indeks"),
    "ghost": gettext_lazy("masih di indeks padahal tidak tayang"),
    "behind": gettext_lazy("indeks menyimpan keadaan lama"),
    "ahead": gettext_lazy("indeks lebih baru daripada basis data"),
}
SHOWN: Final = 50


@require_GET
@roles(Role.OPERATOR)
def health_page(request: ActorRequest) -> HttpResponse:
    """Engine, lag, backlog, versions, refusals, mismatches."""
    found, guard = health(), guarded()
    checked = found.checked
    context = {
        "health": found,
        "breaker": guard.breaker if guard else None,
        "faults": [FAULTS[code] for code in found.faults],
        "mismatches": [{**each, "kind_label": KINDS[each["kind"]]} for each in checked.mismatches[:SHOWN]]
        if checked
        else [],
    }
    return render(request, "search/health.html", context)


@require_POST
@roles(Role.OPERATOR)
def check(request: ActorRequest) -> HttpResponse:
    """Have the index compared with the cards."""
    ask_for_check(actor=request.actor)
    messages.success(request, _("Pemeriksaan dimulai. Muat ulang halaman ini beberapa saat lagi."))
    return redirect("search-health")


@require_POST
@roles(Role.OPERATOR)
def repair(request: ActorRequest, pk: int) -> HttpResponse:
    """Have what a comparison found wrong sent again."""
    count = repair_index(actor=request.actor, check_id=pk)
    messages.success(request, _("%(n)d produk dikirim ulang ke indeks.") % {"n": count})
    return redirect("search-health")

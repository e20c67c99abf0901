"""Pages that belong to nobody's room: the front page, the desk, the choice of role, the component page."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.accounts.access import actor_of, choose_appointment, roles
from marketplace.accounts.models import Appointment, User
from marketplace.accounts.queries import appointments_of
from marketplace.pages import specimens
from marketplace.pages.desk import desk_of, desk_panels
from marketplace.pages.home import home_categories, home_figures, journey
from marketplace.regulation.codes import suggest_codes
from marketplace.regulation.models import Code


@require_GET
@roles.everyone
def home(request: HttpRequest) -> HttpResponse:
    """What this is in one sentence, how to search, how it works for each, and what can be checked."""
    context = {"categories": home_categories(), "figures": home_figures(), "journey": journey()}
    return render(request, "pages/home.html", context)


@require_GET
@roles.signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me first, then what waits for others."""
    actor, by = actor_of(request), request.GET.get("urut", "tenggat")
    context = {"desk": desk_of(actor, by=by), "panels": desk_panels(actor), "by": by}
    return render(request, "pages/desk.html", context)


@require_http_methods(["GET", "POST"])
@roles.signed_in
def appointments(request: HttpRequest) -> HttpResponse:
    """Choose under which of one's own appointments to act from now on."""
    if request.method == "POST":
        return _choose(request)
    context = {"appointments": appointments_of(cast(User, request.user)), "next": request.GET.get("next", "")}
    return render(request, "pages/appointments.html", context)


def _choose(request: HttpRequest) -> HttpResponse:
    try:
        actor = choose_appointment(request, int(request.POST.get("appointment", "")))
    except (ValueError, Appointment.DoesNotExist) as absent:
        raise PermissionDenied(_("Peran ini bukan penunjukan Anda yang berlaku hari ini.")) from absent
    messages.success(
        request,
        _("Anda sekarang bertindak sebagai %(role)s di %(organisation)s.")
        % {"role": actor.role_label, "organisation": actor.organisation_name},
    )
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "desk")


@require_GET
@roles.everyone
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the pages; the choice itself is Django's ``set_language``."""
    return render(request, "pages/language.html", {"next": request.GET.get("next", "/")})


@require_http_methods(["GET", "POST"])
@roles.everyone
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state; not served in production."""
    if settings.PRODUCTION:
        raise Http404
    return render(request, "pages/components.html", specimens.every_component(request))


@require_GET
@roles.signed_in
def code_suggestions(request: HttpRequest) -> HttpResponse:
    """Official codes by what people call the thing: as options while somebody types, or as a page."""
    scheme = request.GET.get("daftar", Code.Scheme.KBKI)
    if scheme not in {Code.Scheme.KBKI, Code.Scheme.KBLI}:
        raise Http404
    # A field of a form sends its text under its own name.
    text = request.GET.get("q") or request.GET.get("kbki_code") or request.GET.get("kbli") or ""
    found = suggest_codes(scheme, text[:100])
    part = "pages/code_options.html" if getattr(request, "htmx", False) else "pages/codes.html"
    return render(request, part, {"found": found, "text": text[:100], "scheme": scheme})

"""Overseers read papers with personal data for a stated purpose, and every read is in the log (UU PDP 27/2022 Art. 20).

The purpose is said once for a session, at `/keperluan/`, and written with each read. Parties to a paper read their own.
Whose daily work it is to read such papers is not asked: the duty is the purpose. Each read is in the log all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from marketplace.accounts.access import View, actor_of, roles
from marketplace.accounts.models import User
from marketplace.accounts.roles import Role
from marketplace.pages.acts import READ
from marketplace.workflow.door import doing

PURPOSE_KEY: Final = "reading_purpose"
OVERSEERS: Final = frozenset({Role.AUDITOR})
"""Who reads other people's papers by office, without being a party."""


class PurposeForm(forms.Form):
    """For what an overseer reads."""

    purpose = forms.CharField(
        label=_("Untuk keperluan apa"),
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Misalnya nomor surat tugas. Tercatat di log audit bersama nama Anda; tulis tanpa data pribadi."
        ),
    )


def reads_personal_data(what: str, *, duties: Mapping[Role, str] | None = None) -> Callable[[View], View]:
    """Let an overseer into a view only with a purpose, and record what was given out; `what` names it in the log.

    Stands below `@roles`. The address's varying parts are the subject: a token or a key, never a person's data.
    `duties`: by role, for what those read who are not asked.
    """
    purposes = duties or {}

    def decorate(view: View) -> View:
        @wraps(view)
        def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            role = actor_of(request).role
            if role not in OVERSEERS.union(purposes) or response.status_code != 200:
                return response  # a party's own, or nothing was given out
            purpose = purposes.get(role) or stated_purpose(request)
            if not purpose:
                return ask_purpose(request.get_full_path())
            _record(request, what, " ".join(str(each) for each in kwargs.values()), purpose)
            return response

        return read

    return decorate


def stated_purpose(request: HttpRequest) -> str:
    """For what the person reads in this session; empty when nothing was said yet."""
    return str(request.session.get(PURPOSE_KEY, ""))


def ask_purpose(back: str) -> HttpResponseBase:
    """Lead to the page that asks for it, and from there on to the address `back`."""
    return redirect(f"{reverse('reading_purpose')}?{urlencode({'kembali': back})}")


def _record(request: HttpRequest, what: str, subject: str, purpose: str) -> None:
    actor = actor_of(request)
    with doing(actor=actor) as deed:
        reader = User.objects.select_for_update().get(pk=actor.user_id or 0)
        told = {"what": what, "subject": subject, "reason": purpose}
        deed.record(READ, ("personal_data_reader", str(reader.pk)), told)


@require_http_methods(["GET", "POST"])
@roles(*sorted(OVERSEERS))
def purpose(request: HttpRequest) -> HttpResponse:
    """Say for what one reads, for the rest of this session; then on to what was asked for."""
    back = request.GET.get("kembali", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("desk")
    form = PurposeForm(request.POST or None, initial={"purpose": stated_purpose(request)})
    if request.method == "POST" and form.is_valid():
        request.session[PURPOSE_KEY] = form.cleaned_data["purpose"]
        return redirect(back)
    status = 422 if form.is_bound else 200
    return render(request, "pages/purpose.html", {"form": form, "cancel": _came_from(request)}, status=status)


def _came_from(request: HttpRequest) -> str:
    """The page on which somebody asked for the document; the desk when the browser does not tell it."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()})
    return before if ours and request.path not in before else reverse("desk")

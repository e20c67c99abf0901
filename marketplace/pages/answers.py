"""What a page with one form answers: the deed is done, it is refused, or the form is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from marketplace.core.transitions import Refused


def answered(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], object],
    *,
    back: str,
    done: str,
    template: str,
    context: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
    onward: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Do what a valid form asks, say `done` and go `back`; otherwise show the form, with nothing typed lost.

    A form that a person has to correct has status 422.

    Args:
        act: the deed; it reads `form.cleaned_data`. A `Refused` from it is shown with status 409: above the form, and
            at the field it speaks of.
        back: the address to go to afterwards.
        context: what the template needs besides `form` and `refused`; a function is asked only when the form is shown.
        onward: of what the deed made, the address to go to instead of `back`.
    """
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = act()
        except Refused as refusal:
            refused = refusal
            show_at_field(form, refusal)
        else:
            messages.success(request, done)
            return redirect(onward(made) if onward else back)
    told = context() if callable(context) else context
    status = 409 if refused else 422 if form.is_bound and form.errors else 200
    return render(request, template, {**told, "form": form, "refused": refused}, status=status)


def show_at_field(form: forms.Form, refused: Refused) -> None:
    """Put a refusal's sentence at the field it speaks of, where the form has that field for people to see."""
    if refused.field in form.fields and not form.fields[refused.field].widget.is_hidden:
        form.add_error(refused.field, refused.sentence)


def form_page(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], object],
    *,
    onward: Callable[[Any], str] | None = None,
    title: str,
    label: str,
    back: str,
    done: str,
    lead: str = "",
    width: str = "narrow",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A page that is one form under its title; `label` is on its button, the rest as in `answered`.

    Args:
        lead: a sentence above the form.
        width: `narrow`, `medium`, or empty for the whole width.
        context: what else the page needs, as crumbs.
    """
    told = {"title": title, "label": label, "back": back, "lead": lead, "width": width}
    return answered(
        request,
        form,
        act,
        back=back,
        done=done,
        onward=onward,
        template="pages/form.html",
        context={**told, **(context or {})},
    )

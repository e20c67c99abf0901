"""The component library of every page: ``{% load eorder %}``.

Each component has one template in ``templates/components/`` and is shown in every state at ``/komponen/``;
``docs/design-system.md`` says when to use which.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, RadioSelect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.accounts import personal_data
from marketplace.accounts.roles import LABELS, Role
from marketplace.core import clock, money
from marketplace.core.shares import percent
from marketplace.pages import deadlines
from marketplace.pages.tones import tone_of
from marketplace.regulation import places
from marketplace.workflow import door

register = template.Library()

STALE_PAGE = gettext_lazy("Halaman ini sudah usang atau tidak utuh. Muat ulang halaman, lalu isi lagi.")


# ── Text ────────────────────────────────────────────────────────────────────────────────────────────


@register.filter
def rupiah(amount: int | str | None) -> str:
    """Whole rupiah as ``Rp1.500.000``; an absent amount (None, or a variable that is not there) is a dash."""
    return "–" if amount is None or amount == "" else money.rupiah(int(amount))


@register.filter
def terbilang(amount: int) -> str:
    """An amount of whole rupiah in words, for papers and confirmations."""
    return money.terbilang(int(amount))


@register.filter
def ribuan(number: int | None) -> str:
    """A whole number with Indonesian thousands separators: ``12.500``."""
    return "–" if number is None else f"{int(number):,}".replace(",", ".")


@register.filter
def persen_bp(basis_points: int | None) -> str:
    """Basis points as per cent, to the tenth: ``43,2 %``."""
    return "–" if basis_points is None else percent(round(int(basis_points), -1))


@register.filter
def tanggal(moment: date | datetime | None) -> str:
    """A day as people write it, ``17 Agustus 2026``, in Jakarta time."""
    return "–" if moment is None else date_format(_in_jakarta(moment), "j F Y")


@register.filter
def waktu(moment: datetime | None) -> str:
    """A moment as ``17 Agustus 2026, 09.30 WIB``."""
    return "–" if moment is None else date_format(_in_jakarta(moment), "j F Y, H.i") + " WIB"


def _in_jakarta(moment: date | datetime) -> date | datetime:
    return moment.astimezone(clock.JAKARTA) if isinstance(moment, datetime) else moment


@register.filter
def role_label(role: str) -> str:
    """The full Indonesian name of a role code such as ``PPK``."""
    return LABELS[Role(role)]


@register.filter
def short_role(label: str) -> str:
    """What officers call a role: ``PPK`` of ``Pejabat Pembuat Komitmen (PPK)``; labels without one stay whole."""
    _long, bracket, short = label.rpartition("(")
    return short.rstrip(")") if bracket else label


@register.filter
def masked(secret: str | None) -> str:
    """A number of which a screen shows the last four: ``••••••0001``."""
    return personal_data.masked(secret) if secret else ""


@register.filter
def area_name(code: str) -> str:
    """The name of a region by its code, down to the kelurahan."""
    return places.area_name(code)


# ── Small marks ─────────────────────────────────────────────────────────────────────────────────────


@register.filter
def linked_data(told: Mapping[str, Any]) -> SafeString:
    """A block of JSON-LD; nothing a person wrote can end it or open a tag."""
    written = json.dumps(told, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return format_html('<script type="application/ld+json">{}</script>', SafeString(written))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing from the sprite. Give ``label`` only when no text stands beside it."""
    address = f"{static('eorder/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.inclusion_tag("components/status_badge.html")
def status_badge(thing: Any = None, *, state: str = "", label: str = "", tone: str = "") -> dict[str, str]:
    """The state of an aggregate, or of ``state=``/``label=``, as words on a tone."""
    code = state or getattr(thing, "state", "")
    if not label and thing is not None:
        label = thing.get_state_display()
    return {"label": label or code, "tone": tone or tone_of(code)}


@register.inclusion_tag("components/deadline.html")
def deadline(due_at: datetime | None, *, done: bool = False) -> dict[str, Any]:
    """A due moment: how many working days are left and when exactly; nothing when there is none."""
    if due_at is None:
        return {"due_at": None}
    left = None if done else deadlines.remaining(due_at)
    return {"due_at": due_at, "left": left, "whole_day": deadlines.is_end_of_day(due_at)}


@register.inclusion_tag("components/progress.html")
def progress(value: int, maximum: int, label: str) -> dict[str, Any]:
    """How far a long piece of work is; ``value`` out of ``maximum``."""
    percent = min(100, value * 100 // maximum) if maximum else 0
    return {"value": value, "maximum": maximum, "label": label, "percent": percent}


@register.inclusion_tag("components/copyable.html")
def copyable(text: str, label: str = "") -> dict[str, str]:
    """A number or code that people copy: selectable at a touch, with a button where scripts run."""
    return {"text": text, "label": label}


# ── Forms ───────────────────────────────────────────────────────────────────────────────────────────


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, hint: str = "", prefix: str = "", suffix: str = "") -> dict[str, Any]:
    """One form field: label, hint, error and input, tied together by ``aria-describedby``."""
    hint = hint or str(bound.help_text)
    described = [f"{bound.auto_id}-hint"] if hint else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    widget = bound.field.widget
    attributes: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "hint": hint,
        "prefix": prefix,
        "suffix": suffix,
        # a draft may be saved without what its form names as needed in the end; to people that is not optional
        "optional": not (bound.field.required or bound.name in getattr(bound.form, "needed", ())),
        "is_checkbox": isinstance(widget, CheckboxInput),
        "is_group": isinstance(widget, RadioSelect),
        "is_file": isinstance(widget, FileInput),
        "described": " ".join(described),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm, refused: Any = None) -> dict[str, Any]:
    """What must be mended, first on the page, taking the focus; links lead to each field.

    ``refused`` is a ``Refused`` caught by the view: its sentence, rule and remedy are shown as well. A hidden field
    means nothing to people: what is wrong with one is that the page they sent is not the page they were given.
    """
    problems: list[dict[str, str]] = []
    for form in forms:
        if not form or not form.is_bound:
            continue
        for error in form.non_field_errors():
            problems.append({"text": str(error), "target": ""})
        if any(bound.errors for bound in form.hidden_fields()):
            problems.append({"text": str(STALE_PAGE), "target": ""})
        for bound in form.visible_fields():
            for error in bound.errors:
                problems.append({"text": f"{bound.label}: {error}", "target": _first_control(bound)})
    at_its_field = any(refused.field in form.errors for form in forms if form) if refused else False
    return {"problems": problems, "refused": refused, "at_its_field": at_its_field}


def _first_control(bound: BoundField) -> str:
    """The id that a link must lead to: a radio group has no control with the plain id."""
    plain = bound.auto_id or bound.html_name
    return f"{plain}_0" if isinstance(bound.field.widget, RadioSelect) else str(plain)


@register.inclusion_tag("components/form_actions.html")
def form_actions(
    label: str,
    *,
    cancel: str = "",
    cancel_label: str = "",
    danger: bool = False,
    name: str = "",
    value: str = "",
) -> dict[str, Any]:
    """The one primary button of a form and the way back, called “Batal” unless told."""
    told = {"cancel": cancel, "cancel_label": cancel_label, "danger": danger, "name": name, "value": value}
    return {"label": label, **told}


@register.inclusion_tag("components/form.html", takes_context=True)
def form(context: template.Context, form: BaseForm, label: str, *, cancel: str = "") -> dict[str, Any]:
    """A whole simple form posted to the same address: summary with what was refused, fields, button."""
    taken = {name: context.get(name) for name in ("csrf_token", "refused")}
    return {"form": form, "label": label, "cancel": cancel, **taken}


# ── Lists ───────────────────────────────────────────────────────────────────────────────────────────


@register.simple_block_tag(end_name="endtable")
def table(content: str, label: str, *, stacked: bool = False) -> str:
    """Wraps a ``<table>`` in a labelled scroll region.

    ``stacked`` turns rows into cards on a phone; each ``<td>`` then carries a ``data-label``.
    """
    return render_to_string("components/table.html", {"content": content, "label": label, "stacked": stacked})


@register.simple_block_tag(end_name="endconfirm")
def confirm(content: str, label: str, *, danger: bool = False, icon: str = "") -> str:
    """A button that first unfolds what will happen (the content, with its form); works without scripts."""
    return render_to_string(
        "components/confirm.html", {"content": content, "label": label, "danger": danger, "icon": icon}
    )


@register.inclusion_tag("components/timeline.html")
def timeline(steps: Iterable[Any], label: str = "") -> dict[str, Any]:
    """A story in order. A step has a ``title`` and, where known, ``at actor text url status``.

    ``status`` is ``done`` (the default), ``current`` or ``upcoming``.
    """
    return {"steps": steps, "label": label or _("Riwayat")}


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """A task list over a saved draft. An item has ``label url hint status``.

    ``status`` is ``done``, ``current``, ``todo`` (the default) or ``blocked``.
    """
    return {"items": items, "label": label or _("Daftar langkah")}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, text: str = "", *, url: str = "", action: str = "", icon: str = "box"
) -> dict[str, str]:
    """What to say when a list is empty: why, and what to do next."""
    return {"title": title, "text": text, "url": url, "action": action, "icon": icon}


@register.simple_tag
def sorted_by(label: str, key: str, now: str, *, kept: str = "") -> SafeString:
    """A column's head that orders the rows by it: a link, or the plain word while they are so; `kept` goes along."""
    if key == now:
        return format_html('<span aria-current="true">{} <span aria-hidden="true">↓</span></span>', label)
    return format_html('<a href="?{}urut={}">{}</a>', f"{kept}&" if kept else "", key, label)


@register.inclusion_tag("components/pagination.html")
def pagination(*, previous_url: str = "", next_url: str = "", shown: str = "") -> dict[str, str]:
    """Keyset pages: the addresses before and after; ``shown`` says what is on this page."""
    return {"previous_url": previous_url, "next_url": next_url, "shown": shown}


@register.inclusion_tag("components/facets.html")
def facets(
    groups: Iterable[Any], *, action: str = "", hidden: Mapping[str, str] | None = None, partial: str = ""
) -> dict[str, Any]:
    """Filters in a GET form. A group has ``title name options``, an option ``value label count checked``.

    ``hidden`` are further parameters to carry along, such as the question itself. ``partial`` is the id of what a
    ticked box replaces at once where scripts run and the screen is wide.
    """
    shown = list(groups)
    chosen = sum(_is_checked(option) for group in shown for option in _part(group, "options"))
    return {
        "groups": shown,
        "action": action,
        "hidden": (hidden or {}).items(),
        "chosen": chosen,
        "partial": partial,
    }


def _part(thing: Any, name: str) -> Any:
    """A part of a dictionary or of an object, as templates read both."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _is_checked(option: Any) -> bool:
    return bool(_part(option, "checked"))


@register.inclusion_tag("components/card.html")
def card(listing: Any, *, compared: Container[int] | None = None) -> dict[str, Any]:
    """One listing: ``title url price`` and, where known, ``image_url unit vendor place badges``.

    Given ``compared``, the numbers of products in the compare tray, the card has a tick of the page's form `banding`;
    the listing then has a ``product_id``.
    """
    return {"listing": listing, "comparable": compared is not None, "compared": compared or ()}


@register.inclusion_tag("components/money_summary.html")
def money_summary(rows: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Amounts that add up. Row: ``label``, ``amount``, and where it helps ``note``, ``total`` (bool)."""
    return {"rows": rows, "label": label or _("Rincian nilai")}


# ── Moves ───────────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def legal_moves(context: template.Context, thing: Any) -> Sequence[Any]:
    """The moves this person may make now, from the same table the door uses."""
    return door.legal_moves(context["request"].actor, thing)


@register.inclusion_tag("components/move_buttons.html", takes_context=True)
def move_buttons(context: template.Context, thing: Any, key: Any, *, prefix: str = "") -> dict[str, Any]:
    """Links to the page of each legal move: url name ``<prefix>-<move>`` with ``key`` as its argument.

    ``prefix`` is the aggregate's name unless given. The first primary move is the page's one primary button.
    """
    room = prefix or thing.aggregate
    buttons: list[dict[str, Any]] = []
    primary_taken = False
    for move in door.legal_moves(context["request"].actor, thing):
        primary = move.primary and not move.danger and not primary_taken
        primary_taken = primary_taken or primary
        buttons.append({"move": move, "url": reverse(f"{room}-{move.name}", args=[key]), "primary": primary})
    return {"buttons": buttons}


# ── The frame ───────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def basket_count(context: template.Context) -> int | None:
    """Lines in the basket of a buyer, from ``settings.BASKET_COUNT``; None for people who do not buy."""
    request = context.get("request")
    source = getattr(settings, "BASKET_COUNT", None)
    if request is None or not source or not getattr(request, "actor", None):
        return None
    if not hasattr(
        request, "basket_count"
    ):  # the menu stands twice in a page: beside the search and on phones
        request.basket_count = import_string(source)(request.actor)
    count: int | None = request.basket_count
    return count

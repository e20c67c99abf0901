"""Addenda as people read them: what changes in words, which are open, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.core.money import rupiah
from marketplace.pages.moves import buttons
from procurement.purchasing.models import Addendum, Purchase
from procurement.purchasing.queries.orders import purchases_of
from procurement.purchasing.queries.panels import Panel


class _Terms(Protocol):
    @property
    def lines(self) -> Mapping[int, Any]: ...

    @property
    def deliveries(self) -> Mapping[int, Any]: ...


def addenda_of(actor: Actor) -> QuerySet[Addendum]:
    """The addenda of the orders `actor` may see."""
    return Addendum.objects.filter(purchase__in=purchases_of(actor))


def get_addendum_for(actor: Actor, pk: int) -> Addendum:
    """One addendum with its order, if `actor` may see it. Raises Addendum.DoesNotExist."""
    return addenda_of(actor).select_related("purchase__vendor__organisation", "proposed_by").get(pk=pk)


def changes_in_words(purchase: Purchase, now: _Terms, then: _Terms) -> list[dict[str, str]]:
    """Every term that differs, before and after, as people read it."""
    found: list[tuple[str, str, str]] = []
    deliveries = {each.pk: each for each in purchase.deliveries.all()}
    for line in purchase.lines.all():
        before, after = now.lines[line.pk], then.lines[line.pk]
        title = f"{line.title} · {line.milestone}" if line.milestone else line.title
        found.append((_("Harga %(title)s") % {"title": title}, rupiah(before.price), rupiah(after.price)))
        for pk, units in after.quantities.items():
            term = _("Jumlah %(title)s, pengiriman %(n)d") % {"title": title, "n": deliveries[pk].position}
            found.append((term, f"{before.quantities[pk]} {line.unit}", f"{units} {line.unit}"))
    for pk, after in then.deliveries.items():
        before, named = now.deliveries[pk], {"n": deliveries[pk].position}
        term = _("Hari penyerahan, pengiriman %(n)d") % named
        found.append((term, date_format(before.needed_by, "j F Y"), date_format(after.needed_by, "j F Y")))
        term = _("Ongkos kirim, pengiriman %(n)d") % named
        found.append((term, rupiah(before.shipping), rupiah(after.shipping)))
        if after.address is not None:
            place = ", ".join(filter(None, [after.address, after.place_name]))
            found.append((_("Alamat, pengiriman %(n)d") % named, deliveries[pk].place, place))
    return [
        {"term": term, "before": before, "after": after} for term, before, after in found if before != after
    ]


def panel(actor: Actor, purchase: Purchase) -> Panel | None:
    """The addenda on the order's page, with what the reader may do about those that are open."""
    if purchase.confirmed_at is None:
        return None
    rows = []
    for each in purchase.addenda.select_related("proposed_by"):
        each.purchase = purchase
        rows.append((each, buttons(actor, each, each.pk)))
    return Panel("purchasing/addenda_panel.html", {"rows": rows}) if rows else None

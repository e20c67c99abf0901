"""Baskets nobody touches: their buyer is reminded once, later the lines are put aside, and come back at a word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events import notices
from marketplace.events.queries import Recipient
from marketplace.oscar.baskets import Basket, Line, lines_of, open_basket_for, put
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Deed, doing
from marketplace.workflow.due import CLOCK

REMINDED = "basket.reminded"
SAVED = "basket.saved"
RESTORED = "basket.restored"


def look_after_baskets() -> int:
    """Remind of baskets untouched for `timer.basket` days, put aside those of twice that; returns how many were told.

    Run once a day. A basket that is touched again begins anew; doing it twice says nothing twice.
    """
    days = int(parameter("timer.basket").value)
    now = clock.now()
    idle = Basket.objects.filter(status=Basket.OPEN, owner__isnull=False).annotate(
        touched=Max("lines__date_updated")
    )
    found = list(
        idle.filter(touched__lt=now - timedelta(days=days)).order_by("pk").values_list("pk", "touched")
    )
    told = 0
    for pk, touched in found:
        told += _save(pk, touched) if touched < now - timedelta(days=2 * days) else _remind(pk, touched)
    return told


def restore_basket(*, actor: Actor, basket_id: int) -> None:
    """Put the lines of a basket that was put aside back into the open one. Raises Refused, Basket.DoesNotExist."""
    basket = open_basket_for(actor)
    with doing(actor=actor) as deed:
        kept = Basket.objects.select_for_update().get(pk=basket_id, owner_id=actor.user_id)
        if kept.status != Basket.SAVED:
            raise Refused(
                "not_saved", _("Keranjang ini tidak sedang disimpan."), fix=_("Buka keranjang Anda.")
            )
        lines = list(lines_of(kept))
        for line in lines:
            put(basket, line.stockrecord, line.quantity, add=True)
        Basket.objects.filter(pk=kept.pk).update(status=Basket.MERGED, date_merged=deed.at)
        deed.record(RESTORED, ("basket", str(kept.pk)), {"lines": len(lines)})


def saved_baskets(actor: Actor) -> QuerySet[Any]:
    """The actor's baskets that were put aside, newest first, with their lines and products."""
    found = Basket.objects.filter(owner_id=actor.user_id or 0, status=Basket.SAVED).order_by("-pk")
    return found.prefetch_related("lines__product")


def _remind(pk: int, touched: Any) -> bool:
    with doing(actor=CLOCK) as deed:
        basket = _locked(pk, touched)
        told = Entry.objects.filter(
            aggregate_type="basket", aggregate_id=str(pk), act=REMINDED, at__gt=touched
        )
        if basket is None or told.exists():
            return False
        sentence = _(
            "Keranjang Anda tidak disentuh sejak %(day)s. Ajukan atau kosongkan; nanti isinya disimpan."
        )
        _tell(deed, basket, REMINDED, sentence % {"day": f"{clock.day_of(touched):%d-%m-%Y}"}, "/keranjang/")
        return True


def _save(pk: int, touched: Any) -> bool:
    with doing(actor=CLOCK) as deed:
        basket = _locked(pk, touched)
        if basket is None:
            return False
        Basket.objects.filter(pk=pk).update(status=Basket.SAVED)
        sentence = _(
            "Isi keranjang Anda yang lama tidak disentuh telah disimpan. Anda dapat mengembalikannya."
        )
        _tell(deed, basket, SAVED, sentence, reverse("baskets-saved"))
        return True


def _locked(pk: int, touched: Any) -> Any:
    """The basket under its lock, unless it was touched or submitted since."""
    basket = Basket.objects.select_for_update().filter(pk=pk, status=Basket.OPEN).first()
    last = Line.objects.filter(basket_id=pk).aggregate(last=Max("date_updated"))["last"]
    return basket if last == touched else None


def _tell(deed: Deed, basket: Any, act: str, sentence: str, url: str) -> None:
    count = Line.objects.filter(basket=basket).count()
    entries: Iterable[Entry] = deed.record_many([(act, ("basket", str(basket.pk)), {"lines": count})])
    notices.write(
        [notices.Letter(entry, Recipient(user_id=basket.owner_id), sentence, url) for entry in entries]
    )

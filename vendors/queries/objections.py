"""Objections and the decisions they may be about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.events.notices import sentence_of
from marketplace.regulation.queries import parameter, working_days_after
from vendors.models import Listing, Objection, Permit, Sanction, Vendor
from vendors.queries.access import own_vendor

WINDOW: Final = "objection.window_days"
OBJECTABLE: Final[dict[str, str]] = {
    "vendor.reject": "Pengembalian pendaftaran",
    "vendor.suspend": "Penangguhan",
    "listing.send_back": "Pengembalian produk",
    "listing.delist": "Penurunan produk",
    "permit.reject": "Pengembalian izin",
    "permit.revoke": "Pencabutan izin",
    "sanction.impose": "Sanksi",
}
"""By act: the decisions a vendor may object to, in words."""
_OWNED: Final[dict[str, Callable[[Vendor], QuerySet[Any]]]] = {
    "vendor": lambda vendor: Vendor.objects.filter(pk=vendor.pk),
    "listing": lambda vendor: Listing.objects.filter(vendor=vendor),
    "permit": lambda vendor: Permit.objects.filter(vendor=vendor),
    "sanction": lambda vendor: Sanction.objects.filter(vendor=vendor),
}
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as its vendor reads it: the log's entry, what it is, the sentence, the last moment to object."""

    entry: Entry
    label: str
    sentence: str
    until: datetime

    @property
    def open(self) -> bool:
        """Whether the time for an objection has not run out."""
        return self.until >= clock.now()


def objections_for(actor: Actor) -> QuerySet[Objection]:
    """The objections an actor may see: a vendor's own; for operators those of their region."""
    objections = Objection.objects.select_related("vendor__organisation", "against", "evidence")
    if actor.role is Role.VENDOR:
        return objections.filter(vendor__organisation_id=actor.organisation_id or 0)
    if actor.role is Role.OPERATOR:
        return objections.filter(vendor__region_id=actor.region_id or 0)
    return objections.none()


def get_objection_for(actor: Actor, objection_id: int) -> Objection:
    """One objection: one's own, or of the operator's region. Raises Objection.DoesNotExist."""
    return objections_for(actor).get(pk=objection_id)


def get_decision_for(actor: Actor, entry_id: int) -> Decision:
    """A decision about the actor's own business that may be objected to. Raises Entry.DoesNotExist."""
    vendor = own_vendor(actor)
    entry = _decisions().get(pk=entry_id)
    mine = _OWNED[entry.aggregate_type](vendor)
    if not mine.filter(pk=int(entry.aggregate_id)).exists() or _by_another_decision(entry):
        raise Entry.DoesNotExist
    return _decision(entry, vendor)


def open_decisions(actor: Actor) -> list[Decision]:
    """What was decided about the actor's business and may still be objected to, the newest first: two queries."""
    vendor = own_vendor(actor)
    days = int(parameter(WINDOW, region_id=vendor.region_id).value)
    things: dict[str, QuerySet[Any]] = {
        "listing": _set_aside(vendor),
        "permit": Permit.objects.filter(vendor=vendor, state__in=("REJECTED", "REVOKED")),
        "sanction": Sanction.objects.filter(vendor=vendor, state="IN_FORCE"),
    }
    about = Q(aggregate_type="vendor", aggregate_id=str(vendor.pk))
    for kind, found in things.items():
        about |= Q(aggregate_type=kind, aggregate_id__in=_newest(found))
    recent = clock.now() - timedelta(days=days * 2 + 14)  # working days and holidays fit in twice as many
    entries = _decisions().filter(about, at__gte=recent, objection__isnull=True).order_by("-pk")[:MOST]
    decisions = [_decision(entry, vendor) for entry in entries if not _by_another_decision(entry)]
    return [each for each in decisions if each.open]


def decision_of(objection: Objection) -> Decision:
    """What an objection is about; load `vendor` and `against` with it."""
    return _decision(objection.against, objection.vendor)


def subject_url(objection: Objection, actor: Actor) -> str:
    """The page of the thing that was decided about, as this reader sees it."""
    pk = objection.against.aggregate_id
    listing = "listing-edit" if actor.role is Role.VENDOR else "listing-curation"
    name = {"vendor": "vendor-review", "listing": listing, "permit": "permit", "sanction": "sanction"}
    return reverse(name[objection.against.aggregate_type], args=[pk])


def _decisions() -> QuerySet[Entry]:
    """Entries of decisions by others; a suspension that carries out a sanction is that sanction's."""
    sanction = Entry.objects.filter(deed=OuterRef("deed"), act="sanction.impose")
    found = Entry.objects.filter(act__in=OBJECTABLE).exclude(actor_role=str(Role.VENDOR))
    return found.filter(~Q(act="vendor.suspend") | ~Exists(sanction))


def _by_another_decision(entry: Entry) -> bool:
    """Products that fall with a sanction: the sanction is what may be objected to."""
    return entry.act == "listing.delist" and "sanction" in entry.facts


def _set_aside(vendor: Vendor) -> QuerySet[Listing]:
    return Listing.objects.filter(vendor=vendor).filter(
        Q(state="DRAFT") & ~Q(curator_note="") | Q(state="DELISTED")
    )


def _newest(things: QuerySet[Any]) -> QuerySet[Any]:
    """The log's names of the newest of these things, as a subquery."""
    return things.order_by("-pk").annotate(named=Cast("pk", TextField())).values("named")[:MOST]


def _decision(entry: Entry, vendor: Vendor) -> Decision:
    days = int(parameter(WINDOW, on=clock.day_of(entry.at), region_id=vendor.region_id).value)
    label = _(OBJECTABLE.get(entry.act, entry.act))
    return Decision(entry, label, sentence_of(entry), working_days_after(entry.at, days))

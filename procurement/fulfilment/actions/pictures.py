"""Taking pictures into an order, within somebody's passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Func, IntegerField, Value
from django.utils.translation import gettext as _

from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage
from procurement.fulfilment import evidence
from procurement.fulfilment.evidence import Photo
from procurement.fulfilment.models import Evidence
from procurement.purchasing.models import Delivery, Purchase

NEAR_BITS: Final = 4
"""Pictures that differ in no more of their 64 bits look alike."""


def cleaned(photos: Sequence[bytes], *, at_least: int = 0) -> list[Photo]:
    """Check, redraw and store uploaded pictures, before any row is locked: drawing takes its time.

    A picture of a step that is then refused stays in the store, named by nobody. Raises Refused
    `photo_needed`, `too_many_photos`, `not_an_image`, `image_too_large`.
    """
    if len(photos) < at_least:
        raise Refused(
            "photo_needed",
            _("Langkah ini perlu paling sedikit %(n)d foto.") % {"n": at_least},
            fix=_("Ambil foto barang dengan ponsel, lalu unggah."),
        )
    if len(photos) > evidence.MOST:
        raise Refused("too_many_photos", _("Paling banyak %(n)d foto.") % {"n": evidence.MOST})
    unique = {photo.digest: photo for photo in map(evidence.cleaned, photos)}
    for photo in unique.values():
        evidence.keep(photo)
    return list(unique.values())


def attach(
    passage: Passage[Purchase], step: Evidence.Step, photos: Sequence[Photo], delivery: Delivery
) -> list[str]:
    """Tie stored pictures to a delivery of the order; returns their SHA-256 for the log and the papers."""
    assert passage.actor.organisation_id is not None  # only people of an organisation send pictures
    Evidence.objects.bulk_create(
        (
            Evidence(
                purchase=passage.thing,
                delivery=delivery,
                step=step,
                sha256=photo.digest,
                size=len(photo.content),
                width=photo.width,
                height=photo.height,
                likeness=photo.likeness,
                added_at=passage.at,
                organisation_id=passage.actor.organisation_id,
            )
            for photo in photos
        ),
        ignore_conflicts=True,
    )
    return [photo.digest for photo in photos]


def used_elsewhere(purchase: Purchase, photos: Sequence[Photo], organisation_id: int) -> list[str]:
    """Which of the pictures, by SHA-256, already prove another order: the same file anywhere, or one that looks alike
    among the organisation's own (handbook §9, ID10). Two queries a set of pictures.
    """
    others = Evidence.objects.exclude(purchase=purchase)
    same = set(others.filter(sha256__in=[photo.digest for photo in photos]).values_list("sha256", flat=True))
    known = others.filter(organisation_id=organisation_id)
    for photo in photos:
        if photo.digest in same or (likeness := photo.likeness) is None:
            continue
        alike = known.filter(likeness__isnull=False).annotate(differs=_Differing("likeness", Value(likeness)))
        if alike.filter(differs__lte=NEAR_BITS).exists():
            same.add(photo.digest)
    return [photo.digest for photo in photos if photo.digest in same]


class _Differing(Func):
    """In how many bits two whole numbers of 64 bits differ."""

    template = "bit_count((%(expressions)s)::bit(64))"
    arg_joiner = " # "
    output_field = IntegerField()

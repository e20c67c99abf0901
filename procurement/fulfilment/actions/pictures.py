"""Taking pictures into an order, within somebody's passage."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.core.transitions import Refused
from marketplace.workflow.door import Passage
from procurement.fulfilment import evidence
from procurement.fulfilment.evidence import Photo
from procurement.fulfilment.models import Evidence
from procurement.purchasing.models import Delivery, Purchase


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
                added_at=passage.at,
                organisation_id=passage.actor.organisation_id,
            )
            for photo in photos
        ),
        ignore_conflicts=True,
    )
    return [photo.digest for photo in photos]

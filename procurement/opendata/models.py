"""What was published: an OCDS release for each entry of the log that changed public state. Append-only (sql.py)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.audit.models import Leaf
from marketplace.regulation.models import Region


class Release(models.Model):
    """One release as published, byte for byte: `content` is the JSON text, `sha256` its digest.

    `date` is the moment of the entry, moved on by as little as it takes to come after the release before it in the same
    process: OCDS merges releases by their dates. An entry that changes several processes has a release in each.
    """

    leaf = models.ForeignKey(Leaf, models.PROTECT, related_name="releases", verbose_name=_("daun"))
    ocid = models.CharField(_("OCID"), max_length=120)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    date = models.DateTimeField(_("waktu"))
    tags = ArrayField(models.CharField(max_length=24), verbose_name=_("label rilis"))
    content = models.TextField(_("isi"))
    sha256 = models.CharField(_("sidik isi"), max_length=64)

    class Meta:
        verbose_name = _("rilis OCDS")
        ordering = ("leaf_id", "id")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["leaf", "ocid"], name="release_once_an_entry"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="release_sha256"),
            models.CheckConstraint(condition=Q(ocid__startswith="ocds-"), name="release_ocid_has_prefix"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["ocid", "leaf"], name="release_of_process"),
        ]

    def __str__(self) -> str:
        return f"{self.ocid} #{self.leaf_id}"

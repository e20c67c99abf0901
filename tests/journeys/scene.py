"""The scene of a journey: what there is, and which of it stands in which address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.signing import TimestampSigner

from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.events.models import Notice
from marketplace.regulation.models import HolidayProposal, Parameter
from procurement.competition.models import Competition
from procurement.documents.models import Paper
from procurement.fulfilment.codes import receiver_code
from procurement.fulfilment.models import Evidence as Picture
from procurement.planning.models import Package
from procurement.purchasing.models import Addendum, Delivery
from procurement.settlement.models import TaxLine
from search.models import SavedSearch
from tests.purchasing import factories
from tests.purchasing.factories import Office, Story
from tests.vendors import stalls
from vendors.models import (
    Amendment,
    Listing,
    Objection,
    Observation,
    Permit,
    Sanction,
    Vendor,
    VendorDocument,
)
from vendors.queries.scores import observations_for
from vendors.sections import BY_CODE
from vendors.tasks import CONFIRM_SALT

GOODS = (
    ("Kertas HVS A4 80 gsm", "alat-tulis-kantor/kertas", "BARANG", "rim", 52_000, 20),
    ("Pulpen gel hitam 0,5 mm", "alat-tulis-kantor/pulpen", "BARANG", "lusin", 38_000, 30),
    ("Nasi kotak ayam bakar", "konsumsi/nasi-kotak", "KATERING", "kotak", 35_000, 100),
    ("Snack tiga macam", "konsumsi/snack", "KATERING", "kotak", 18_000, 100),
)


Known = dict[str, list[dict[str, Any]]]
"""By beginning of a route: values to try for its varying parts."""


class Furnishing(Protocol):
    """A module of tests/journeys/furnishing: what one room adds to the scene."""

    def furnish(self, scene: Scene) -> None:
        """Make what the room's pages need, by the actions people use."""

    def known(self, scene: Scene) -> Known:
        """What to put into the room's addresses."""


@dataclass
class Scene:
    """What there is: the unit, its orders by state, everybody who works on them, and things named in addresses."""

    office: Office
    shop: Vendor
    orders: dict[str, list[Story]] = field(default_factory=dict)
    staff: dict[Role, list[Appointment]] = field(default_factory=dict)
    listings: list[Listing] = field(default_factory=list)
    vendors: list[Vendor] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    answer_link: str = ""
    furnishings: Sequence[Furnishing] = ()

    def candidates(self, route: str, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        """Values to try for the varying parts of an address, those of its longest known beginning."""
        known = self._known()
        fitting = [start for start in known if route.startswith(start)]
        tried = known[max(fitting, key=len)] if fitting else []
        return [values for values in tried if set(parameters) <= set(values)]

    def _known(self) -> Known:
        orders = [{"number": told.purchase.number} for each in self.orders.values() for told in each]

        def numbers(state: str) -> list[dict[str, Any]]:
            return [{"number": told.purchase.number} for told in self.orders[state]]

        papers = [{"token": paper.token} for paper in Paper.objects.exclude(pdf_sha256="").order_by("pk")]
        entry = Entry.objects.filter(act="purchase.approve").latest("pk")
        about = {"aggregate_type": "purchase", "aggregate_id": self.orders["CLOSED"][0].purchase.pk}
        payments = [
            {"number": tax.obligation.purchase.number, "pk": tax.pk}
            for tax in TaxLine.objects.select_related("obligation__purchase")
        ]
        return {
            "kelola/penunjukan/": [{"pk": each.pk} for hands in self.staff.values() for each in hands],
            "kelola/npwp/": [{"pk": self.orders["CLOSED"][0].purchase.organisation_id}],
            "kelola/parameter/": [{"pk": each.pk} for each in Parameter.objects.filter(state="PROPOSED")],
            "audit/cerita/": [about],
            "audit/bukti/": [{"entry_id": entry.pk}],
            "kabar/": [{"notice_id": each.pk} for each in Notice.objects.all()[:3]],
            "katalog/": [{"slug": "alat-tulis-kantor"}],
            "cari/tersimpan/": [{"pk": each.pk} for each in SavedSearch.objects.all()],
            "produk/": [{"slug": each.product.slug, "pk": each.product_id} for each in self.listings],
            "umkm/": [{"slug": self.shop.slug}],
            "produk-saya/": [{"pk": each.pk} for each in self.listings],
            "produk-saya/unggah/": [{"pk": each.pk} for each in self.shop.uploads.all()],
            "etalase/": [{"pk": each.pk} for each in self.listings],
            "kurasi/": [{"pk": each.pk} for each in reversed(self.listings)],
            "kurasi/sinonim/": [{"number": 1}],
            "penyedia/": [{"pk": each.pk, "version": 1} for each in self.vendors],
            "izin/": [{"pk": each.pk} for each in Permit.objects.order_by("pk")],
            "sanksi/": [{"pk": each.pk} for each in Sanction.objects.order_by("pk")],
            "keberatan/": [{"pk": each.pk} for each in Objection.objects.order_by("pk")],
            "keberatan-saya/": [{"entry": each.against_id} for each in Objection.objects.order_by("pk")],
            **self._known_of_registrations(),
            "instansi/": [{"pk": self.office.package.organisation_id}],
            "skor-saya/": [{"pk": each.pk} for each in observations_for(stalls.owner_of(self.shop))],
            "kelola/skor/": [{"pk": each.pk} for each in Observation.objects.exclude(contested_at=None)],
            "v/": papers[:1],
            "j/": [{"token": self.answer_link}],
            "dokumen/": papers,
            "paket/": [{"kd_rup": each.kd_rup} for each in self.packages],
            "mini-kompetisi/": [{"number": each.number} for each in Competition.objects.order_by("pk")],
            "pesanan/": orders,
            "pesanan/<str:number>/foto/": [
                {"number": each.purchase.number, "digest": each.sha256}
                for each in Picture.objects.select_related("purchase")
            ],
            "pesanan/<str:number>/endorse/": numbers("FLAGGED"),
            "pesanan/<str:number>/lift_hold/": numbers("HELD"),
            "adendum/": [{"pk": each.pk} for each in Addendum.objects.order_by("pk")],
            "aturan/kalender/": [{"pk": each.pk} for each in HolidayProposal.objects.order_by("pk")],
            "terima/": [
                {"token": receiver_code(each.pk)}
                for each in Delivery.objects.filter(stage="SHIPPED").order_by("pk")
            ],
            "pesanan/<str:number>/invoice/": numbers("ACCEPTED"),
            "pesanan/<str:number>/verify/": numbers("INVOICED"),
            "pesanan/<str:number>/return_invoice/": numbers("INVOICED"),
            "pesanan/<str:number>/approve_payment/": numbers("VERIFIED"),
            "pesanan/<str:number>/settle_tax/": numbers("PAID"),
            "bayar/": numbers("PAID"),
            "bayar/<str:number>/pajak/": payments,
            **{start: tried for each in self.furnishings for start, tried in each.known(self).items()},
        }

    def _known_of_registrations(self) -> Known:
        owner = self.staff[Role.VENDOR][0].user
        token = TimestampSigner(salt=CONFIRM_SALT).sign_object({"user": owner.pk, "email": owner.email})
        sections = [{"code": code, "field": "nib"} for code in BY_CODE]
        return {
            "daftar/surel/": [{"token": token}],
            "usaha-saya/": sections,
            "berkas-usaha/": [{"pk": each.pk} for each in VendorDocument.objects.order_by("pk")],
            "pendampingan/": [{"pk": self.shop.pk, **each} for each in sections],
            "usulan/": [{"pk": each.pk} for each in Amendment.objects.order_by("pk")],
        }

    def add(self, state: str, *, goods: int = 0, times: int = 1) -> Story:
        """One more order, brought to a state before the invoice; `times` the usual quantity of one of GOODS."""
        listing, quantity = self.listings[goods], GOODS[goods][5] * times
        told = factories.story(state, at=self.office, wanted=[(listing, quantity)])
        self.orders.setdefault(state, []).append(told)
        return told

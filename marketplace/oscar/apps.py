"""Oscar's apps as we install them: their models and migrations, not their pages.

Oscar's own configurations load every view of the shop when Django starts, and with them checkout, wishlists,
customer pages and haystack. Ours take the models and the few receivers that keep the catalogue's own columns true.
Together they are the shortest list in which every foreign key and every migration of the tables we use finds its
model. The app `oscar` itself is not in it: its template tags load the dashboard.
"""

from __future__ import annotations

from importlib import import_module

from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from oscar.core.application import OscarConfig


class ModelsOnly(OscarConfig):
    """An app of Oscar without pages: nothing to mount, nothing to load at start but `receivers`."""

    receivers: str | None = None

    def ready(self) -> None:
        """Load the receivers this app cannot do without; Oscar's own would load its views too."""
        if self.receivers:
            import_module(self.receivers)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """No page of this app is mounted."""
        return []


class Address(ModelsOnly):
    """Countries and postal addresses; orders point at them."""

    name = "oscar.apps.address"
    label = "address"
    verbose_name = _("Alamat")


class Catalogue(ModelsOnly):
    """Products, categories, product classes, attributes, images.

    The receivers keep `ancestors_are_public` of the category tree and remove the files of deleted images.
    """

    name = "oscar.apps.catalogue"
    label = "catalogue"
    verbose_name = _("Katalog")
    receivers = "oscar.apps.catalogue.receivers"


class Partner(ModelsOnly):
    """Partners and stock records. Stock alerts are left out: they cost two queries on every stock change."""

    name = "oscar.apps.partner"
    label = "partner"
    verbose_name = _("Mitra")


class Basket(ModelsOnly):
    """Baskets and their lines."""

    name = "oscar.apps.basket"
    label = "basket"
    verbose_name = _("Keranjang")


class Offer(ModelsOnly):
    """Only because vouchers point at offers; nothing in e-Order gives a discount."""

    name = "oscar.apps.offer"
    label = "offer"


class Voucher(ModelsOnly):
    """Only because a basket points at vouchers; none is ever made."""

    name = "oscar.apps.voucher"
    label = "voucher"


class Communication(ModelsOnly):
    """Only because an order points at communication events."""

    name = "oscar.apps.communication"
    label = "communication"


class Order(ModelsOnly):
    """Orders and their lines, written once when a purchase is agreed."""

    name = "oscar.apps.order"
    label = "order"
    verbose_name = _("Pesanan Oscar")


class Analytics(ModelsOnly):
    """Only because migrations of customer name it; nothing is counted, its receivers stay unloaded."""

    name = "oscar.apps.analytics"
    label = "analytics"


class Reviews(ModelsOnly):
    """Only because migrations of customer name it; ratings live in our feedback room."""

    name = "oscar.apps.catalogue.reviews"
    label = "reviews"


class Customer(ModelsOnly):
    """Only because migrations of order and communication name it; people live in our accounts room."""

    name = "oscar.apps.customer"
    label = "customer"

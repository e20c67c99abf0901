"""OSCAR_DYNAMIC_CLASS_LOADER: which of Oscar's classes are replaced, which rooms of Oscar stay shut, and why.

Oscar asks for its classes by (module label, class name) and lets a project answer. Two tables answer first; anything
not named there comes from Oscar unchanged. Nothing here imports a model: the loader runs while apps are loading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.module_loading import import_string
from oscar.core.loading import default_class_loader


class SeamClosed(ImportError):
    """A part of Oscar that this installation never loads was asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One class of ours in the place of one of Oscar's."""

    ours: str
    reason: str


REPLACED: dict[tuple[str, str], Replacement] = {
    ("partner.strategy", "Selector"): Replacement(
        "marketplace.oscar.pricing.Selector",
        "Prices come from the stock record of the line, in whole rupiah, without a query a line.",
    ),
    ("order.utils", "OrderCreator"): Replacement(
        "marketplace.oscar.orders.AgreedOrderCreator",
        "Stock was reserved under lock at submission; Oscar would allocate it a second time, unlocked.",
    ),
    ("search.views", "CatalogueView"): Replacement(
        "search.views.CatalogueView", "Oscar's list page imports haystack and costs 131 queries."
    ),
    ("search.views", "ProductCategoryView"): Replacement(
        "search.views.ProductCategoryView", "Oscar's category page imports haystack and costs 131 queries."
    ),
    ("search.views", "FacetedSearchView"): Replacement(
        "search.views.FacetedSearchView", "Oscar's search page imports haystack, which has no Indonesian."
    ),
    ("dashboard.permissions", "DashboardPermission"): Replacement(
        "marketplace.oscar.shop.NoPartnerAccess",
        "A partner in Oscar's dashboard sees and changes the orders of other partners.",
    ),
}

CLOSED: dict[str, str] = {
    "search": "haystack is never imported; our own room `search` answers.",
    "checkout": "A purchase is submitted through the workflow, with budget and stock under lock.",
    "customer": "Accounts, appointments and inboxes are rooms of our own.",
    "wishlists": "Not part of public procurement.",
    "analytics": "It writes a row on every page view.",
    "payment": "Oscar's payment sources are not evidence of payment.",
    "shipping": "Delivery is agreed per purchase, not by a shipping method of the shop.",
    "dashboard": "It changes prices, stock and orders without the door, so without an entry in the audit log.",
}


def load_classes(
    module_label: str, classnames: Sequence[str], module_prefix: str = "oscar.apps"
) -> list[type]:
    """The classes Oscar asks for: ours where the table says so, Oscar's otherwise.

    Raises SeamClosed for a part of Oscar that stays shut, and whatever Oscar's own loader raises.
    """
    return [_load_class(module_label, classname, module_prefix) for classname in classnames]


def _load_class(module_label: str, classname: str, module_prefix: str) -> type:
    replacement = REPLACED.get((module_label, classname))
    if replacement is not None:
        return import_string(replacement.ours)
    reason = CLOSED.get(module_label.partition(".")[0])
    if reason is not None:
        raise SeamClosed(f"oscar.apps.{module_label}.{classname} is not part of e-Order: {reason}")
    return default_class_loader(module_label, [classname], module_prefix)[0]

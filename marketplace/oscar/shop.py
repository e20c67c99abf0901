"""Which pages of Oscar are mounted, and why the others are not.

None is, in this version. The pages a buyer needs (catalogue, product, search, basket) are ours, in the room `search`.
Oscar's staff desk for the catalogue is left out as well: it writes price and stock straight into the stock record,
past the door, so that neither the price history nor the audit log would know. Categories, listings and curation have
desks of their own in the room `vendors`.
"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []


class NoPartnerAccess:
    """In the place of Oscar's DashboardPermission: no permission of a partner opens a page, only staff enters.

    A requirement that nobody can hold is the safe answer should a page of the dashboard ever be mounted by mistake.
    """

    staff = ["is_staff"]
    partner_dashboard_access = ["marketplace.nobody_holds_this"]

    @classmethod
    def get(cls, app_label: str, *codenames: str) -> tuple[list[str], ...]:
        """Staff, with the model permissions Oscar names; never a partner."""
        return (["is_staff", *(f"{app_label}.{codename}" for codename in codenames)],)

    @classmethod
    def has_dashboard_perms(cls, user: Any) -> bool:
        """Only staff of the operator."""
        return bool(user.is_staff)

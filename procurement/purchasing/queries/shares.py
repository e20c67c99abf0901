"""Shares of small business and of domestic products in what a unit or region orders in a year (UU 11/2020 Art. 97)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q, Sum

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.pages.desk import DeskPanel
from marketplace.regulation.queries import parameter
from procurement.purchasing.queries.orders import purchases_of
from procurement.purchasing.workflow import DROPPED

WHOLE = 10_000


def share_of(part: int, whole: int) -> int:
    """A part in basis points, cut off; 0 of nothing."""
    return part * WHOLE // whole if whole else 0


@dataclass(frozen=True, slots=True)
class Shares:
    """Orders of a year before tax, in whole rupiah, and the shares in basis points; the target with its basis.

    The target is of domestic products that small business sells: `umk_pdn`.
    """

    year: int
    price: int
    umk: int
    pdn: int
    umk_pdn: int
    target: int
    basis: str

    @property
    def umk_share(self) -> int:
        """Basis points of micro, small and cooperative vendors; 0 without orders."""
        return share_of(self.umk, self.price)

    @property
    def pdn_share(self) -> int:
        """Basis points of domestic products; 0 without orders."""
        return share_of(self.pdn, self.price)

    @property
    def umk_pdn_share(self) -> int:
        """Basis points of domestic products of micro, small and cooperative vendors; 0 without orders."""
        return share_of(self.umk_pdn, self.price)

    @property
    def reached(self) -> bool:
        """Whether the target is met."""
        return self.umk_pdn_share >= self.target

    def with_order(self, *, price: int, umk: int, pdn: int, umk_pdn: int) -> Shares:
        """The shares as they would be with so much more."""
        return replace(
            self,
            price=self.price + price,
            umk=self.umk + umk,
            pdn=self.pdn + pdn,
            umk_pdn=self.umk_pdn + umk_pdn,
        )


def shares_for(actor: Actor) -> Shares:
    """The shares of all orders of this year that the actor may see and that were not dropped: one query."""
    assert actor.region_id is not None
    year = clock.today().year
    sums = (
        purchases_of(actor)
        .filter(package__year=year)
        .exclude(state__in=DROPPED)
        .aggregate(
            price=Sum("price_total", default=0),
            umk=Sum("umk_value", default=0),
            pdn=Sum("pdn_value", default=0),
            umk_pdn=Sum("pdn_value", filter=Q(umk_value__gt=0), default=0),
        )
    )
    target = parameter("umkm.share_target_bp", region_id=actor.region_id)
    return Shares(year, **sums, target=int(target.value), basis=target.legal_basis)


def desk_panel(actor: Actor) -> DeskPanel | None:
    """The shares on the desk of those who answer for them."""
    if actor.role not in {Role.PA, Role.KPA} or actor.region_id is None:
        return None
    return DeskPanel("purchasing/shares_panel.html", shares_for(actor))

"""Capital goods: what an order of them asks for besides, by the account it is paid from."""

from __future__ import annotations

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.regulation.queries import parameter
from procurement.documents.queries import current_papers_of
from procurement.purchasing.models import Purchase
from procurement.purchasing.workflow import OWED, PAID

PAPER = "ba_serah_terima_aset"


def is_capital(purchase: Purchase) -> bool:
    """Whether an order is paid from an account of capital spending (*belanja modal*, such as 5.2)."""
    prefixes = parameter("asset.account_prefixes", region_id=purchase.region_id).value
    return (purchase.budget_line.rekening or "").startswith(tuple(prefixes))


def handed_over(purchase: Purchase) -> bool:
    """Whether the hand-over note of the order's goods was issued. One query."""
    return any(paper.kind == PAPER and not paper.is_void for paper in current_papers_of(purchase))


def may_hand_over(actor: Actor, purchase: Purchase) -> bool:
    """Whether `actor` is the PPK who may now hand the goods over to the keeper of assets. One query at most."""
    if actor.role != Role.PPK or actor.user_id != purchase.ppk_user_id:
        return False
    return purchase.state in (*OWED, *PAID) and is_capital(purchase) and not handed_over(purchase)

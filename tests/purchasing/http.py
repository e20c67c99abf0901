"""Orders over HTTP: sessions by role, and what must not have changed after a refusal."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.planning.models import BudgetLine
from procurement.purchasing.models import Purchase
from tests import people
from tests.purchasing.factories import Story, photo


def session(story: Story, role: Role) -> Client:
    """A browser of the person who holds `role` on the order."""
    return people.signed_in(story.appointment(role))


def path(story: Story, move: str = "") -> str:
    """The order's address, or that of a move."""
    return f"/pesanan/{story.purchase.number}/" + (f"{move}/" if move else "")


def snapshot(story: Story) -> tuple[Any, ...]:
    """Everything a refused step must leave as it was: the order's row, the money, the stock, the log."""
    order = Purchase.objects.values().get(pk=story.purchase.pk)
    money = BudgetLine.objects.values().get(pk=story.office.line.pk)
    stock = list(story.purchase.lines.values_list("stockrecord__num_in_stock", "stockrecord__num_allocated"))
    return order, money, stock, Entry.objects.count()


def picture_file(name: str = "foto.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    """An upload as a browser sends it."""
    return SimpleUploadedFile(name, content or photo(), content_type="image/jpeg")


def answers(story: Story, move: str) -> dict[str, Any]:
    """A well-filled form for `move`."""
    reason = {"reason": "alasan yang cukup panjang untuk dibaca"}
    filled: dict[str, Any] = {"revision": story.fresh().revision}
    if move in {
        "refuse",
        "cancel",
        "decline",
        "report_discrepancy",
        "comment",
        "warn",
        "replace",
        "accept_short",
        "reject_goods",
    }:
        filled |= reason
    elif move in {"stop", "terminate"}:
        ground = "force_majeure" if move == "stop" else "not_delivered"
        filled |= {**reason, "ground": ground, "evaluation": "belum ada pekerjaan yang dilakukan"}
    elif move == "ship":
        filled |= {"courier": "Diantar sendiri"}
    elif move == "receive":
        filled |= {"photos": picture_file()}
        for line in story.purchase.lines.all():
            filled |= {f"good_{line.pk}": line.quantity, f"damaged_{line.pk}": 0}
    elif move == "counter":
        filled |= {"shipping": story.purchase.shipping, "needed_by": story.purchase.needed_by.isoformat()}
        for line in story.purchase.lines.all():
            filled |= {f"price_{line.pk}": line.agreed_price - 1_000, f"quantity_{line.pk}": line.quantity}
    return filled


def send(story: Story, role: Role, move: str, **changed: Any) -> Any:
    """Post the form of `move` as `role`; `changed` replaces what the form holds."""
    return session(story, role).post(path(story, move), {**answers(story, move), **changed})

"""The vendor reminds whoever holds its money: one tap, once a working day, in the log."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events import notices
from marketplace.regulation.queries import working_days_between
from marketplace.workflow.door import doing
from procurement.purchasing.models import Purchase
from procurement.purchasing.queries.news import recipient_of
from procurement.settlement.next_step import IN_QUEUE, Step, debts_of, step_with
from procurement.settlement.paying_time import last_working_day, pay_until
from procurement.settlement.vendor_money import REMINDED


def remind_payer(*, actor: Actor, purchase_id: int) -> str:
    """Remind those who hold the money step of an order; returns who, in words.

    Raises Refused `remind.nothing` (nobody else holds it, or the vendor has its money), `remind.held` (an auditor
    does), `remind.nobody` (a provider's word is awaited), `remind.today` (once a working day), `wrong_role`;
    Purchase.DoesNotExist for another vendor's order.
    """
    actor.require(Role.VENDOR)
    with doing(actor=actor) as deed:
        purchase = Purchase.objects.select_for_update(of=("self",)).get(
            pk=purchase_id, vendor_organisation_id=actor.organisation_id or 0
        )
        step = _remindable(purchase)
        if _reminded_today(purchase):
            raise Refused(
                "remind.today",
                _("Pengingat untuk pesanan ini sudah dikirim hari ini."),
                fix=_("Anda dapat mengingatkan lagi pada hari kerja berikutnya."),
            )
        late = days_late(purchase)
        facts = {"number": purchase.number, "to": step.holder, "late_days": late}
        (entry,) = deed.record_many([(REMINDED, purchase, facts)])
        sentence = _("Penyedia mengingatkan pembayaran pesanan %(number)s yang kini pada %(to)s.") % {
            "number": purchase.number,
            "to": facts["to"],
        }
        if late:
            sentence += " " + _("Sudah lewat %(days)d hari kerja.") % {"days": late}
        notices.write(
            [
                notices.Letter(entry, recipient_of(purchase, role), sentence, purchase.get_absolute_url())
                for role in step.roles
                if role is not Role.SYSTEM
            ]
        )
    return str(facts["to"])


def days_late(purchase: Purchase) -> int:
    """Working days that the money is late today; 0 while it is in time."""
    due = pay_until(purchase)
    if due is None or due >= clock.now():
        return 0
    return working_days_between(clock.day_of(due), clock.today())


def _remindable(purchase: Purchase) -> Step:
    if purchase.state not in IN_QUEUE or purchase.vendor_paid_at is not None:
        raise Refused(
            "remind.nothing",
            _("Tidak ada pembayaran pesanan ini yang menunggu orang lain."),
            fix=_("Ajukan tagihan bila belum; bila uang sudah masuk, tidak ada yang perlu diingatkan."),
        )
    step = step_with(purchase, debts_of([purchase]).first())
    if step.held_at is not None:
        raise Refused(
            "remind.held",
            _("Transfer ini sedang ditahan auditor; satuan kerja pembeli belum dapat melanjutkannya."),
            fix=_("Auditor memutuskannya dalam beberapa hari kerja; batasnya ada di halaman Uang saya."),
        )
    if not step.remindable:
        raise Refused(
            "remind.nobody",
            _(
                "Langkah berikutnya menunggu kabar penyedia pembayaran, jadi tidak ada orang yang dapat diingatkan."
            ),
            fix=_("Kabar itu datang sendiri; buka lagi halaman ini nanti."),
        )
    return step


def _reminded_today(purchase: Purchase) -> bool:
    last = (
        Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(purchase.pk), act=REMINDED)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    return last is not None and clock.day_of(last) >= last_working_day(clock.today())

"""Who stands for whom when a named officer's appointment has ended."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.queries import appointments_in_force, stands_for
from marketplace.accounts.roles import SEGREGATION_BASIS, Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.purchasing.guards import DUTY_LABELS, DUTY_OF_ROLE
from procurement.purchasing.models import Purchase


def take_over(*, actor: Actor, purchase_id: int) -> None:
    """Take over the PP's or PPK's duty on an order whose named officer is no longer appointed.

    Raises Refused `nobody_left`, `still_in_office`, `segregation`; Purchase.DoesNotExist for another unit's order.
    """
    actor.require(Role.PP, Role.PPK)
    assert actor.organisation_id is not None  # officers act for a unit
    duty = DUTY_OF_ROLE[actor.role]
    try:
        with doing(actor=actor) as deed:
            purchase = Purchase.objects.select_for_update(of=("self",)).get(
                pk=purchase_id, organisation_id=actor.organisation_id
            )
            former = getattr(purchase, f"{duty}_id")
            if former is None or purchase.state_now.terminal:
                raise Refused(
                    "nobody_left",
                    _("Pada pesanan ini tidak ada tugas %(duty)s yang perlu diambil alih.")
                    % {"duty": DUTY_LABELS[duty]},
                    fix=_("Muat ulang halaman untuk melihat siapa yang memegang pesanan ini."),
                )
            in_office = appointments_in_force().filter(pk=former).exists()
            if in_office and not stands_for(actor.appointment_id, former):
                raise Refused(
                    "still_in_office",
                    _("%(duty)s pada pesanan ini masih menjabat.") % {"duty": DUTY_LABELS[duty]},
                    fix=_(
                        "Hubungi pejabat itu; hanya Plt/Plh-nya, atau penerusnya, yang dapat mengambil alih."
                    ),
                )
            setattr(purchase, f"{duty}_id", actor.appointment_id)
            setattr(purchase, f"{duty}_user_id", actor.user_id)
            purchase.revision += 1
            purchase.save(update_fields=[duty, f"{duty}_user", "revision"])
            deed.record(
                "purchase.take_over",
                purchase,
                {
                    "number": purchase.number,
                    "duty": DUTY_LABELS[duty],
                    "appointment": actor.appointment_id,
                    "former_appointment": former,
                },
            )
    except IntegrityError as error:
        raise Refused(
            "segregation", _("Anda sudah memegang tugas lain pada pesanan ini."), rule=SEGREGATION_BASIS
        ) from error

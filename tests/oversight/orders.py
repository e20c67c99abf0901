"""A whole order for tests of oversight: every act by the action people use, paid straight from the treasury."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.events.jobs import run_due
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from marketplace.workflow.door import doing
from marketplace.workflow.taking_over import take_over
from procurement.purchasing.actions import close
from procurement.settlement import actions
from procurement.settlement.models import Evidence, TaxLine
from tests.purchasing import factories
from tests.settlement.orders import SCAN, with_account


def own_places(folder: Path) -> dict[str, Any]:
    """Settings by which keys, papers and scans lie in a folder of the test's own."""
    backend = "django.core.files.storage.FileSystemStorage"
    places = {
        name: {"BACKEND": backend, "OPTIONS": {"location": folder / name, "base_url": None}}
        for name in ("papers", "evidence")
    }
    return {
        "STATE_DIR": folder / "state",
        "AUDIT_ORIGIN": "e-order.example/log",
        "STORAGES": settings.STORAGES | places,
    }


def office(**said: Any) -> factories.Office:
    """A unit whose package the log knows as it is: the factory writes it and its people straight into the tables."""
    unit = factories.office(**said)
    package = unit.package
    facts = {"kd_rup": package.kd_rup, "pagu_rupiah": package.pagu, "sha256": "0" * 64}
    facts["lines"] = [line.told for line in package.lines.all()]
    with doing(actor=Actor.system("uji")) as deed:
        deed.record("package.announce", package, {**facts, "state": package.state})
    take_over(reason="dibuat langsung untuk uji")
    return unit


def closed(at: factories.Office | None = None, **told: Any) -> factories.Story:
    """An order from its negotiation to its closing, its papers rendered. Needs committed transactions."""
    unit = at or office()
    _pays_from_the_treasury(unit)
    wanted = [(factories.paper(region=unit.package.region), 200)]
    story = factories.story("ACCEPTED", at=unit, negotiate=True, wanted=wanted, **told)
    purchase = story.fresh()
    with_account(purchase)
    treasurer, verifier = unit.actor(Role.TREASURER), unit.actor(Role.PPK_SKPD)
    actions.issue_invoice(actor=story.vendor, purchase_id=purchase.pk)
    actions.verify_invoice(actor=verifier, purchase_id=purchase.pk)
    obligation = actions.approve_payment(actor=unit.actor(Role.PA), purchase_id=purchase.pk)
    proof = actions.Proof(f"SP2D-{purchase.pk}", clock.today(), obligation.net, SCAN)
    kept = actions.record_evidence(
        actor=treasurer, purchase_id=purchase.pk, kind=Evidence.Kind.SP2D, proof=proof
    )
    actions.verify_evidence(actor=verifier, evidence_id=kept.pk)
    for tax in TaxLine.objects.filter(obligation=obligation):
        actions.record_deposit(
            actor=treasurer,
            tax_line_id=tax.pk,
            billing_code="820231123456789",
            ntpn=f"{tax.pk:016d}",
            deposited_on=clock.today(),
        )
    close(actor=unit.actor(Role.PPK), purchase_id=purchase.pk, rating=5)
    run_due()
    story.fresh()
    return story


def _pays_from_the_treasury(unit: factories.Office) -> None:
    """The region's rule, as two operators put it into force."""
    with doing(actor=Actor.system("uji")) as deed:
        rule = Parameter.objects.create(
            code="payment.up_max_per_payee",
            region=unit.package.region,
            value=100_000,
            unit="rupiah",
            valid_from=date(2026, 1, 1),
            legal_basis="Keputusan kepala daerah, contoh",
            state=Parameter.State.ACTIVE,
        )
        told = {"code": rule.code, "value": rule.value, "unit": rule.unit, "valid_from": "2026-01-01"}
        told |= {"valid_to": None, "legal_basis": rule.legal_basis, "state": "ACTIVE", "proposed_by": None}
        deed.record("parameter.approve", rule, told)
    forget_rules()

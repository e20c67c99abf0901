"""Bringing the shipped tax decision table into the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from marketplace.accounts.actors import Actor
from marketplace.workflow.door import doing
from procurement.taxation.models import TaxRule
from procurement.taxation.queries import forget_tax_rules
from procurement.taxation.table import shipped_rules

LOADER: Final = Actor.system("Pemuatan aturan pajak")


def load_tax_rules() -> int:
    """Insert the shipped rules that are not there yet, each told in the log; how many were new.

    A version that is there already is never changed: a change of law is a new version with its own dates. Raises
    BrokenRule when the shipped file contradicts itself.
    """
    known = set(TaxRule.objects.values_list("rule_id", "version"))
    rows = []
    for rule in shipped_rules():
        if (rule.id, rule.version) not in known:
            columns = {name: value if value is not None else "" for name, value in asdict(rule).items()}
            rows.append(TaxRule(rule_id=columns.pop("id"), **{**columns, "valid_to": rule.valid_to}))
    with doing(actor=LOADER) as deed:
        made = TaxRule.objects.bulk_create(rows)
        deed.record_many(("tax_rule.load", rule, _facts(rule)) for rule in made)
    forget_tax_rules()
    return len(rows)


def _facts(rule: TaxRule) -> dict[str, Any]:
    return {
        "rule": rule.rule_id,
        "version": rule.version,
        "family": rule.family,
        "order": rule.order,
        "when": rule.when,
        "code": rule.code,
        "rate": rule.rate,
        "base_kind": rule.base_kind,
        "base_factor": rule.base_factor,
        "remitter": rule.remitter,
        "rounding": rule.rounding,
        "legal_basis": rule.legal_basis,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
    }

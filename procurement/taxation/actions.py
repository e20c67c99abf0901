"""Bringing the shipped tax decision table into the database."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from procurement.taxation.models import TaxRule
from procurement.taxation.queries import forget_tax_rules
from procurement.taxation.table import shipped_rules


def load_tax_rules() -> int:
    """Insert the shipped rules that are not there yet; how many were new.

    A version that is there already is never changed: a change of law is a new version with its own dates. Raises
    BrokenRule when the shipped file contradicts itself.
    """
    known = set(TaxRule.objects.values_list("rule_id", "version"))
    rows = []
    for rule in shipped_rules():
        if (rule.id, rule.version) not in known:
            columns = {name: value if value is not None else "" for name, value in asdict(rule).items()}
            rows.append(TaxRule(rule_id=columns.pop("id"), **{**columns, "valid_to": rule.valid_to}))
    with transaction.atomic():
        TaxRule.objects.bulk_create(rows)
    forget_tax_rules()
    return len(rows)

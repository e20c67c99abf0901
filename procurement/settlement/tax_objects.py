"""The tax office's code of what was taxed (*kode objek pajak*), for slips and for the files of a period."""

from __future__ import annotations

from marketplace.regulation.queries import NoRule, parameter
from procurement.settlement.models import TaxLine
from procurement.taxation.queries import KINDS_OF


def object_of(tax: TaxLine) -> str:
    """The tax object code of a tax by the dated parameters; that of what was bought when it has one of its own.

    For construction that is the qualification by which it was taxed.
    """
    bought = {line.tax_class.kind for line in tax.obligation.purchase.lines.all()}
    kinds = bought & KINDS_OF.get(tax.code, bought)
    refinement = kinds.pop() if len(kinds) == 1 else ""
    if refinement == "construction":
        refinement = tax.rule_id.rpartition("-")[2].lower()
    own = f"tax.object.{tax.code}.{refinement}"
    for code in (own, f"tax.object.{tax.code}"):
        try:
            return str(parameter(code, on=tax.period, region_id=tax.obligation.region_id).value)
        except NoRule:
            continue
    return ""

"""A unit's account with one unexplained line and a proposal about it, for the walk through all pages."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from procurement.reconciliation import actions
from procurement.reconciliation.models import StatementLine
from tests import people
from tests.reconciliation.banks import Move, account, mt940

_number = count(7_000_000_001)


def unexplained(unit: Organisation, remark: str = "JASA GIRO") -> StatementLine:
    """A line nothing was matched with, on an account of that unit."""
    number = str(next(_number))
    held = account(unit.region, number, unit=unit)
    keeper = people.actor(Role.TREASURER, unit)
    actions.import_statement(actor=keeper, content=mt940([Move(12_345, remark)], account=number))
    return StatementLine.objects.get(account=held)


def specimens(unit: Organisation) -> dict[str, Mapping[str, object]]:
    """What to put into the addresses of reconciliation."""
    line = unexplained(unit)
    asked = actions.propose_explanation(
        actor=people.actor(Role.TREASURER, unit), line_id=line.pk, reason="Jasa giro Oktober"
    )
    return {"rekonsiliasi/baris/": {"pk": line.pk}, "rekonsiliasi/usulan/": {"pk": asked.pk}}

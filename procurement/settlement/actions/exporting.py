"""The bulk file of a period's withheld income tax: made on demand, told in the log, never kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Final

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing
from procurement.settlement.bulk_files import as_xlsx, as_xml
from procurement.settlement.models import TaxExport
from procurement.settlement.withholding import HEAD_OFFICE, FileRow, file_rows, income_taxes

MAKERS: Final[Mapping[str, Callable[[str, Sequence[FileRow]], bytes]]] = {"xlsx": as_xlsx, "xml": as_xml}


def export_withholding(
    *, actor: Actor, month: date, shape: TaxExport.Shape, npwp: str
) -> tuple[TaxExport, bytes]:
    """Make the file of the unit's withheld income tax of a period; `npwp` is the unit's own, 16 digits.

    The file holds vendors' NPWP, so who made it and when stands in the log, with its digest. Raises Refused
    `tax.export_empty` when nothing was withheld.
    """
    actor.require(Role.TREASURER)
    lines = income_taxes(actor, month)
    if not lines:
        raise Refused(
            "tax.export_empty",
            f"Tidak ada PPh yang dipotong bendahara pada masa {month:%m-%Y}.",
            fix="Pilih masa pajak lain; PPN tidak termasuk berkas ini.",
        )
    rows = file_rows(lines, place=f"{npwp}{HEAD_OFFICE}")
    content = MAKERS[shape](npwp, rows)
    with doing(actor=actor) as deed:
        export = TaxExport.objects.create(
            region_id=lines[0].obligation.region_id,
            organisation_id=actor.organisation_id or 0,
            period=month,
            shape=shape,
            rows=len(rows),
            base=sum(row.base for row in rows),
            amount=sum(row.amount for row in rows),
            sha256=sha256(content).hexdigest(),
            made_at=deed.at,
            made_by_id=actor.user_id or 0,
        )
        deed.record("tax.export", export, _facts(export))
    return export, content


def _facts(export: TaxExport) -> dict[str, object]:
    return {
        "period": f"{export.period:%m-%Y}",
        "shape": export.shape,
        "rows": export.rows,
        "base_rupiah": export.base,
        "amount_rupiah": export.amount,
        "sha256": export.sha256,
        "unit": export.organisation_id,
    }

"""Figures over the scene's orders, and the cashless proof of its day."""

from __future__ import annotations

from marketplace.audit.sequencer import integrate
from marketplace.core import clock
from procurement.statistics.actions import prove_days, refresh
from tests.journeys.scene import Known, Scene


def furnish(scene: Scene) -> None:
    """Have the clock's work done: figures and proofs are made by nobody else."""
    integrate()
    refresh()
    prove_days(clock.today())


def known(scene: Scene) -> Known:
    """The unit and the vendor whose figures are looked at."""
    unit = {"pk": scene.office.package.organisation_id}
    vendor = {"slug": scene.orders["CLOSED"][0].purchase.vendor.slug}
    return {"rapor/pembeli/": [unit], "rapor/penyedia/": [vendor], "dasbor/satuan/": [unit]}

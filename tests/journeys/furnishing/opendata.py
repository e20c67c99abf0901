"""Releases of the scene's orders and competitions, and one of them to look at."""

from __future__ import annotations

from procurement.opendata.lkpp.shapes import SHAPES
from procurement.opendata.models import Release
from tests.journeys.scene import Known, Scene
from tests.opendata.scene import catch_up


def furnish(scene: Scene) -> None:
    """Let the reader tell what happened in the scene."""
    catch_up()


def known(scene: Scene) -> Known:
    """The order that is closed, with its newest release; every table of its budget year."""
    number = scene.orders["CLOSED"][0].purchase.number
    release = Release.objects.filter(ocid__endswith=number).latest("leaf_id")
    year = scene.office.package.year
    return {
        "data-terbuka/": [{"ocid": release.ocid, "leaf_index": release.leaf_id}],
        "data-terbuka/lkpp/": [{"name": name, "year": year} for name in SHAPES],
    }

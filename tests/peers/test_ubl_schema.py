"""Our electronic invoices against the published schema of UBL 2.1 (OASIS), as `com.helger.ubl:ph-ubl21` ships it.

`.ci/run` brings the package to `var/peers`; UBL21_JAR names another place.
"""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from lxml import etree

from procurement.settlement.actions import issue_invoice
from procurement.settlement.models import Invoice
from procurement.settlement.queries import electronic_invoice
from tests.peers.programs import missing
from tests.settlement.orders import Case, accepted

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMAS = "external/schemas/ubl21/"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The schema, parsed from the package without any access to the network."""
    there = sorted(Path(settings.BASE_DIR, "var", "peers").glob("ph-ubl21-*.jar"))
    jar = Path(os.environ["UBL21_JAR"]) if "UBL21_JAR" in os.environ else next(iter(there), None)
    if jar is None or not jar.exists():
        missing("No UBL 2.1 schema: .ci/run copies com.helger.ubl:ph-ubl21 to var/peers, or set UBL21_JAR")
    assert jar is not None
    folder = tmp_path_factory.mktemp("ubl")
    with ZipFile(jar) as packed:
        packed.extractall(folder, [name for name in packed.namelist() if name.endswith(".xsd")])
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    found = folder / SCHEMAS / "maindoc" / "UBL-Invoice-2.1.xsd"
    return etree.XMLSchema(etree.parse(str(found), parser))


def invoice_of(case: Case) -> bytes:
    issue_invoice(actor=case.vendor, purchase_id=case.purchase.pk)
    found = electronic_invoice(case.vendor, case.fresh())
    assert found is not None and Invoice.objects.filter(purchase=case.purchase).exists()
    return found[1]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"penalty": 250_000, "nitku": "0012345678901234000000"},
        {"pkp": False, "shipping": 0},
        {"lines": [("KATERING", 40, 35_000)], "pkp": False, "pbjt_registered": True},
        {"lines": [("JASA", 1, 60_000_000)], "mechanism": "LS"},
    ],
)
def test_invoices_are_valid_against_the_published_schema(
    schema: etree.XMLSchema, options: dict[str, object]
) -> None:
    xml = etree.fromstring(invoice_of(accepted(**options)))  # type: ignore[arg-type]
    assert schema.validate(xml), schema.error_log


def test_the_schema_catches_an_element_in_the_wrong_place(schema: etree.XMLSchema) -> None:
    xml = etree.fromstring(invoice_of(accepted()))
    xml.append(xml[0])
    assert not schema.validate(xml)

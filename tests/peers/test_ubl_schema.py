"""Our electronic invoices against the published schema of UBL 2.1 (OASIS), as `com.helger.ubl:ph-ubl21` ships it.

`.ci/run` brings the packages to `var/peers/ubl` (Maven, `ubl/pom.xml`); UBL21_JARS names another place.
"""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from lxml import etree

from procurement.settlement.actions import issue_invoice
from procurement.settlement.einvoice import INVOICE
from procurement.settlement.models import Invoice
from procurement.settlement.queries import electronic_invoice
from tests.peers.programs import missing
from tests.settlement.orders import Case, accepted

pytestmark = pytest.mark.django_db(transaction=True)


WHOLE = (
    ("urn:un:unece:uncefact:data:specification:CoreComponentTypeSchemaModule:2", "CCTS_CCT_SchemaModule.xsd"),
    ("http://www.w3.org/2000/09/xmldsig#", "xmldsig-core-schema.xsd"),
    ("http://uri.etsi.org/01903/v1.3.2#", "XAdES01903v132-201601.xsd"),
    ("http://uri.etsi.org/01903/v1.4.1#", "XAdES01903v141-201601.xsd"),
    (INVOICE, "UBL-Invoice-2.1.xsd"),
)
"""Namespace and file of what an invoice may hold; the package names the first four without saying where they lie."""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The schema, parsed from the packages without any access to the network."""
    there = Path(os.environ.get("UBL21_JARS", Path(settings.BASE_DIR, "var", "peers", "ubl")))
    jars = sorted(there.glob("ph-*.jar"))
    if not jars:
        missing(
            "No UBL 2.1 schema: .ci/run copies com.helger.ubl:ph-ubl21 to var/peers/ubl, or set UBL21_JARS"
        )
    folder = tmp_path_factory.mktemp("ubl")
    for jar in jars:
        with ZipFile(jar) as packed:
            packed.extractall(folder, [name for name in packed.namelist() if name.endswith(".xsd")])
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="{next(folder.rglob(name)).relative_to(folder)}"/>'
        for space, name in WHOLE
    )
    driver = folder / "whole.xsd"
    driver.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    return etree.XMLSchema(etree.parse(str(driver), parser))


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

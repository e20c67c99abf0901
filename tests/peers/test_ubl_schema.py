"""The bill as a file holds to the published UBL 2.1 schema of OASIS, read with libxml2."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from procurement.documents.samples import sample
from procurement.settlement.einvoice import ubl_invoice
from tests.peers.programs import missing

pytestmark = [pytest.mark.peer]
FOLDER = os.environ.get("UBL_SCHEMAS", "")
"""Where `.ci/run` puts the Maven archives that publish the schema (com.helger.ubl:ph-ubl21) and what it rests on."""
ALL = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="urn:un:unece:uncefact:data:specification:CoreComponentTypeSchemaModule:2"
           schemaLocation="schemas/CCTS_CCT_SchemaModule.xsd"/>
<xs:import namespace="http://www.w3.org/2000/09/xmldsig#" schemaLocation="schemas/xmldsig-core-schema.xsd"/>
<xs:import namespace="http://uri.etsi.org/01903/v1.3.2#" schemaLocation="schemas/XAdES01903v132-201601.xsd"/>
<xs:import namespace="http://uri.etsi.org/01903/v1.4.1#" schemaLocation="schemas/XAdES01903v141-201601.xsd"/>
<xs:import namespace="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
           schemaLocation="external/schemas/ubl21/maindoc/UBL-Invoice-2.1.xsd"/>
</xs:schema>"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    """The schema with all it imports, unpacked."""
    archives = sorted(Path(FOLDER).glob("ph-*.jar")) if FOLDER else []
    if not archives:
        missing("UBL_SCHEMAS names no folder with the archives of the UBL 2.1 schema; .ci/run fetches them")
    folder = tmp_path_factory.mktemp("ubl")
    for each in archives:
        with zipfile.ZipFile(each) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if name.endswith(".xsd")])
    (folder / "all.xsd").write_text(ALL)
    return etree.XMLSchema(etree.parse(str(folder / "all.xsd"), etree.XMLParser(no_network=True)))


def added(code: str, amount: int) -> dict[str, object]:
    return {"code": code, "base": "51700000/3", "rate": "3/25", "amount": amount, "rule": "PMK 131/2024"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"taxes_on_top": [added("PPN", 2_068_000)]},
        {"taxes_on_top": [added("PPN", 2_000_000), added("PBJT", 68_000)]},
        {"shipping": 0, "subtotal": 18_800_000, "bast": "BAST-1"},
    ],
)
def test_every_kind_of_bill_is_valid(schema, changes) -> None:
    paper = sample("invoice")
    from_paper = ubl_invoice(paper.number, {**paper.facts, **changes})
    document = etree.fromstring(from_paper)
    assert schema.validate(document), schema.error_log
    document.remove(document.find("{*}LegalMonetaryTotal"))
    assert not schema.validate(document)

"""Guards made by `marketplace.database.triggers`: on a table of their own, and awake on every table of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.database.triggers import append_only, check, refusal, trigger

pytestmark = pytest.mark.django_db

HISTORIES = {
    "audit_alarm",
    "audit_checkpoint",
    "audit_cosignature",
    "audit_stamp",
    "audit_entry",
    "audit_leaf",
    "competition_answer",
    "competition_award",
    "competition_invitation",
    "competition_offer",
    "competition_offerline",
    "competition_outcome",
    "competition_pricequery",
    "competition_pricereply",
    "competition_question",
    "competition_sealedoffer",
    "competition_verdict",
    "documents_signedcopy",
    "fulfilment_decision",
    "fulfilment_discrepancy",
    "fulfilment_evidence",
    "fulfilment_receipt",
    "fulfilment_receiptline",
    "fulfilment_receivercode",
    "fulfilment_shipment",
    "fulfilment_shipmentline",
    "fulfilment_valuedwork",
    "fulfilment_vendorcomment",
    "fulfilment_warningletter",
    "opendata_release",
    "oversight_acknowledgement",
    "oversight_answer",
    "oversight_answerfile",
    "oversight_casemember",
    "oversight_findingentry",
    "oversight_findingorder",
    "planning_budgetmovement",
    "planning_importrun",
    "planning_planrevision",
    "purchasing_agreement",
    "purchasing_flag",
    "purchasing_negotiationline",
    "purchasing_negotiationround",
    "reconciliation_bankstatement",
    "reconciliation_match",
    "reconciliation_ownaccount",
    "reconciliation_providerreport",
    "reconciliation_reportitem",
    "reconciliation_statementfile",
    "reconciliation_statementline",
    "search_frozenchoice",
    "search_synonymchange",
    "settlement_account",
    "settlement_entry",
    "settlement_journal",
    "settlement_ledgerproof",
    "settlement_providerevent",
    "settlement_snaprequest",
    "settlement_taxdeposit",
    "settlement_taxexport",
    "vendors_deliverycharge",
    "vendors_listingprice",
    "vendors_observationreply",
    "vendors_vendordocument",
    "vendors_verdict",
}
"""Tables that only grow."""


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.fixture
def notebook() -> Iterator[None]:
    """A table with one row that only grows, guarded twice over as a second run of the room's SQL does."""
    run("CREATE TABLE notebook (page integer PRIMARY KEY)", "INSERT INTO notebook VALUES (1)")
    for _time in range(2):
        run(
            refusal("notebook_refuse_change", "A notebook is append-only", instead="Write a further page."),
            *append_only(["notebook"], "notebook_refuse_change"),
            *check("notebook", "page_positive", "page > 0"),
        )
    yield
    run("DROP TABLE notebook", "DROP FUNCTION notebook_refuse_change")


@pytest.mark.usefixtures("notebook")
@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize(
    ("operation", "statement"),
    [
        ("UPDATE", "UPDATE notebook SET page = 2"),
        ("DELETE", "DELETE FROM notebook"),
        ("TRUNCATE", "TRUNCATE notebook"),
    ],
)
def test_what_is_written_stays(role: str, operation: str, statement: str) -> None:
    sentence = f"A notebook is append-only: {operation} on notebook is refused"
    with pytest.raises(DatabaseError, match=sentence) as refused, transaction.atomic():
        run(f"SET LOCAL session_replication_role = {role}", statement)
    assert "Write a further page." in str(refused.value)
    assert rows("SELECT page FROM notebook") == [(1,)]


@pytest.mark.usefixtures("notebook")
def test_a_table_that_only_grows_does_grow() -> None:
    run("INSERT INTO notebook VALUES (2)")
    assert len(rows("SELECT page FROM notebook")) == 2
    with pytest.raises(DatabaseError, match="page_positive"), transaction.atomic():
        run("INSERT INTO notebook VALUES (0)")


@pytest.mark.usefixtures("notebook")
def test_a_trigger_takes_the_place_of_its_namesake() -> None:
    run(*trigger("append_only_row", "notebook", "BEFORE DELETE", "notebook_refuse_change"))
    run("UPDATE notebook SET page = 7")
    assert rows("SELECT page FROM notebook") == [(7,)]


def test_no_guard_of_ours_sleeps_while_the_database_replicates() -> None:
    ours = "FROM pg_trigger WHERE NOT tgisinternal"
    assert rows(f"SELECT tgrelid::regclass::text, tgname {ours} AND tgenabled <> 'A'") == []
    assert len(rows(f"SELECT tgname {ours}")) >= 2 * len(HISTORIES)


def test_every_history_refuses_rows_and_the_whole_table() -> None:
    guarded = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'A' AND tgname = "
    for name in ("append_only_row", "append_only_table"):
        assert {table for (table,) in rows(f"{guarded}'{name}'")} == HISTORIES

"""The auditor's pages and the published tree, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.roles import Role
from marketplace.audit import kinds, proofs, queries, signing
from marketplace.audit.alarms import raise_alarm
from marketplace.audit.checkpoints import open_checkpoint
from marketplace.audit.models import Alarm, Entry
from marketplace.audit.sequencer import integrate
from tests.audit.conftest import Writer
from tests.audit.test_commands import verifier

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(appoint: Callable[..., Appointment], client: Client) -> Client:
    """A browser in which an auditor of the region is signed in."""
    client.force_login(appoint(Role.AUDITOR, kind="AUDITOR_BODY").user)
    return client


@pytest.fixture
def stranger(appoint: Callable[..., Appointment]) -> Client:
    """A browser of an auditor of another region."""
    client = Client()
    client.force_login(appoint(Role.AUDITOR, kind="AUDITOR_BODY", region="T002").user)
    return client


def test_the_explorer_shows_who_did_what(auditor: Client, write: Writer) -> None:
    entry = write("17", act="test.approve", total_rupiah=1_500_000)
    integrate()
    write("18", text="<b>tebal</b>")
    page = auditor.get("/audit/")
    assert page.status_code == 200
    body = page.content.decode()
    assert f"{entry.actor_name} menyetujui Rp1.500.000" in body
    assert "&lt;b&gt;tebal" in body
    assert "<b>tebal" not in body
    assert "menunggu" in body
    assert "/audit/cerita/purchase/17/" in body


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"1", "2"}),
        ("?act=test.approve", {"2"}),
        ("?nomor=1", {"1"}),
        ("?jenis=basket", set()),
        ("?dari=2000-01-01&sampai=2000-01-02", set()),
        ("?dari=2000-01-01", {"1", "2"}),
    ],
)
def test_filters(auditor: Client, write: Writer, query: str, found: set[str]) -> None:
    write("1")
    write("2", act="test.approve", total_rupiah=1)
    page = auditor.get(f"/audit/{query}")
    assert {line.entry.aggregate_id for line in page.context["lines"]} == found


@pytest.mark.parametrize(
    "query",
    [
        "?act=nonsense",
        "?dari=kemarin",
        "?dari=2026-02-02&sampai=2026-02-01",
        "?sebelum=-1",
        "?nomor=" + "x" * 81,
    ],
)
def test_bad_filters_say_what_to_mend(auditor: Client, write: Writer, query: str) -> None:
    write()
    page = auditor.get(f"/audit/{query}")
    assert page.status_code == 400
    assert page.context["form"].errors
    assert not page.context["lines"]


def test_an_alarm_of_the_guards_is_shown(auditor: Client, write: Writer) -> None:
    assert "alarm penjaga log" not in auditor.get("/audit/").content.decode()
    raise_alarm(Alarm.Code.WITNESS_REFUSED, "saksi.example/w1", "status 422")
    assert "1 alarm penjaga log" in auditor.get("/audit/").content.decode()


def test_pages_follow_one_another_without_gap_or_overlap(
    auditor: Client, write: Writer, assert_flat_in_rows: Any
) -> None:
    written = [write(str(number)).pk for number in range(queries.PAGE + 7)]
    first = auditor.get("/audit/?jenis=purchase")
    second = auditor.get("/audit/" + first.context["older_url"])
    seen = [line.entry.pk for page in (first, second) for line in page.context["lines"]]
    assert seen == written[::-1]
    assert second.context["older_url"] == ""
    assert second.context["newest_url"] == "?jenis=purchase"
    assert_flat_in_rows(lambda: auditor.get("/audit/"), lambda: [write() for _ in range(20)])


def test_no_page_takes_more_than_a_dozen_queries(
    auditor: Client, write: Writer, assert_max_queries: Any
) -> None:
    entries = [write("17") for _ in range(30)]
    integrate()
    for address in ("/audit/", "/audit/cerita/purchase/17/", f"/audit/bukti/{entries[3].pk}/"):
        with assert_max_queries(12):
            assert auditor.get(address).status_code == 200


def test_the_story_of_an_order_in_order(auditor: Client, write: Writer) -> None:
    for text in ("pertama", "kedua"):
        write("17", text=text)
    write("18", text="lain")
    integrate()
    write("17", text="ketiga")
    page = auditor.get("/audit/cerita/purchase/17/")
    titles = [step["title"].rpartition(": ")[2] for step in page.context["steps"]]
    assert titles == ["pertama", "kedua", "ketiga"]
    assert [step["status"] for step in page.context["steps"]] == ["done", "done", "current"]
    assert page.context["waiting"] == 1
    assert str(signing.signer().verifier) in page.content.decode()


def test_the_proof_of_an_entry_is_shown_and_convinces(auditor: Client, write: Writer, tmp_path: Path) -> None:
    entries = [write("17", text="rahasia umum") for _ in range(5)]
    waiting = auditor.get(f"/audit/bukti/{entries[2].pk}/")
    assert "menunggu giliran" in waiting.content.decode()
    assert auditor.get(f"/audit/bukti/{entries[2].pk}.tlog-proof").status_code == 404
    integrate()
    page = auditor.get(f"/audit/bukti/{entries[2].pk}/").content.decode()
    assert "daun 2 dari 5" in page
    assert "rahasia umum" in page
    file = auditor.get(f"/audit/bukti/{entries[2].pk}.tlog-proof")
    assert f'filename="catatan-{entries[2].pk}.tlog-proof"' in file["Content-Disposition"]
    (proof,) = proofs.read(file.content.decode())
    assert proof.verify(signing.verifier_keys()).size == 5
    whole = auditor.get("/audit/cerita/purchase/17/bukti.tlog-proof")
    path = tmp_path / "story.tlog-proof"
    path.write_bytes(whole.content)
    code, told = verifier("verify-proof", path, "--vkey", signing.signer().verifier)
    assert (code, "5 peristiwa pertama lengkap" in told) == (0, True)


def test_another_region_sees_nothing(stranger: Client, write: Writer) -> None:
    entry = write("17")
    integrate()
    assert not stranger.get("/audit/").context["lines"]
    for address in (
        "/audit/cerita/purchase/17/",
        "/audit/cerita/purchase/17/bukti.tlog-proof",
        f"/audit/bukti/{entry.pk}/",
        f"/audit/bukti/{entry.pk}.tlog-proof",
    ):
        assert stranger.get(address).status_code == 404, address


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PUBLIC, Role.SYSTEM)])
def test_only_overseers_enter(role: Role, appoint: Callable[..., Appointment], write: Writer) -> None:
    entry = write("17")
    client = Client()
    addresses = ["/audit/", "/audit/cerita/purchase/17/", f"/audit/bukti/{entry.pk}/"]
    assert {client.get(address).status_code for address in addresses} == {302}
    kind = {"VENDOR": "VENDOR", "AUDITOR": "AUDITOR_BODY", "OPERATOR": "OPERATOR", "CURATOR": "OPERATOR"}
    client.force_login(appoint(role, kind=kind.get(role, "AGENCY_UNIT")).user)
    expected = 200 if role in (Role.AUDITOR, Role.OPERATOR) else 403
    assert {client.get(address).status_code for address in addresses} == {expected}


def test_an_entry_older_than_its_act_or_tampered_with_still_shows(write: Writer) -> None:
    entry = write("17")
    entry.act = "forgotten.act"
    assert queries.line_of(entry).sentence == "forgotten.act"
    entry.act, entry.payload = "test.note", b"not json"
    assert queries.line_of(entry).sentence == "test.note"
    entry.actor_role = "WIZARD"
    assert queries.line_of(entry).role_label == "WIZARD"


def test_the_tree_is_published_for_everybody(client: Client, write: Writer, tmp_path: Path) -> None:
    assert client.get("/tlog/checkpoint").status_code == 404
    for _ in range(260):
        write("17")
    integrate()
    checkpoint = client.get("/tlog/checkpoint")
    assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"
    assert checkpoint["Cache-Control"] == "public, max-age=2"
    assert open_checkpoint(checkpoint.content, signing.verifier_keys()).size == 260
    (tmp_path / "checkpoint").write_bytes(checkpoint.content)
    for path in (
        "tile/0/000",
        "tile/0/001.p/4",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/4",
    ):
        response = client.get(f"/tlog/{path}")
        assert response.status_code == 200
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert not response.cookies
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(response.content)
    code, told = verifier("verify", tmp_path, "--vkey", signing.signer().verifier)
    assert code == 0, told


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/001",
        "tile/0/000.p/5",
        "tile/1/000",
        "tile/entries/000.p/5",
        "tile/9/000",
        "tile/x/000",
        "tile/0/0",
    ],
)
def test_what_is_not_in_the_tree_is_not_found(client: Client, write: Writer, path: str) -> None:
    for _ in range(4):
        write()
    integrate()
    write()
    assert client.get(f"/tlog/{path}").status_code == 404
    assert client.get("/tlog/tile/0/000.p/4").status_code == 200


def test_the_published_log_cannot_be_written(client: Client) -> None:
    for address in ("/tlog/checkpoint", "/tlog/tile/0/000"):
        assert client.post(address).status_code in (403, 405)


def test_queries_for_other_rooms(ppk: Actor, write: Writer) -> None:
    entry = write("17")
    assert queries.proof_for_entry(entry.pk) is None
    assert queries.inclusion_of(entry) is None
    assert queries.proofs_of("purchase", "17") == []
    integrate()
    fresh = Entry.objects.get(pk=entry.pk)
    proof = queries.inclusion_of(fresh)
    assert proof is not None
    assert proof == queries.proof_for_entry(entry.pk)
    assert proof.verify(signing.verifier_keys()).size == 1
    assert [line.leaf_index for line in queries.story_of("purchase", "17")] == [0]
    with pytest.raises(Entry.DoesNotExist):
        queries.proof_for_entry(10**12)
    told = {name: title for _room, acts in kinds.acts_by_room() for name, title in acts}
    assert "test.note" in told and told["test.note"] != "test.note"
    nothing, more = queries.page_for(ppk, queries.Filters(until=date(2000, 1, 1)))
    assert (nothing, more) == ([], None)

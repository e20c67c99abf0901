"""The whole file of an order: complete, the same bytes each time, for the parties alone."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from hashlib import sha256

import pytest
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.events.runner import drain
from marketplace.workflow.door import doing
from procurement.documents import samples
from procurement.documents.actions import issue
from procurement.documents.queries import papers_of
from procurement.fulfilment.order_file import order_file
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)


def fetched(appointment, purchase):
    client = Client()
    client.force_login(appointment.user)
    return client.get(f"/pesanan/{purchase.number}/berkas.zip")


def test_the_file_holds_every_paper_picture_and_the_log_and_lists_their_hashes():
    told = factories.story("ACCEPTED")
    drain()
    answer = fetched(told.appointment(Role.PPK), told.purchase)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert archive.testzip() is None
    names = archive.namelist()
    assert names[0] == "daftar-isi.csv"
    rows = list(csv.reader(io.StringIO(archive.read("daftar-isi.csv").decode("utf-8-sig"))))[1:]
    assert sorted(row[0] for row in rows) == sorted(names[1:])
    for name, _title, _number, digest, remark in rows:
        assert sha256(archive.read(name)).hexdigest() == digest
        assert remark == ""
    numbers = {row[2] for row in rows if row[2]}
    assert numbers == {paper.number for paper in papers_of(told.purchase)}
    assert any(name.endswith("-ttd.pdf") for name in names), "signed papers are there, too"
    assert any(name.startswith("foto/") for name in names)
    assert json.loads(archive.read("log-audit.json"))["entries"]


def test_the_same_order_gives_the_same_bytes():
    told = factories.story("ACCEPTED")
    drain()
    assert b"".join(order_file(told.actor(Role.PPK), told.purchase)) == b"".join(
        order_file(told.actor(Role.PPK), told.purchase)
    )


def test_a_paper_still_to_be_rendered_is_named_in_the_list():
    told = factories.story("ORDERED")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(order_file(told.actor(Role.PPK), told.purchase))))
    listed = archive.read("daftar-isi.csv").decode("utf-8-sig")
    assert "Naskah belum tersimpan" in listed
    assert told.purchase.sp_number in listed
    assert not any(name.endswith(".pdf") for name in archive.namelist())


def test_strangers_do_not_get_it():
    told, stranger = factories.story("ORDERED"), factories.story("ORDERED")
    assert fetched(told.appointment(Role.VENDOR), told.purchase).status_code == 200
    assert fetched(stranger.appointment(Role.VENDOR), told.purchase).status_code == 404
    assert fetched(stranger.appointment(Role.PPK), told.purchase).status_code == 404


def test_the_agencys_own_papers_are_not_for_the_vendor():
    told = factories.story("ORDERED")
    with doing(actor=told.actor(Role.PPK)) as deed:
        estimate = issue(deed, "hps", samples.FACTS["hps"], subject=told.purchase.package)
    drain()

    def numbers(actor: Actor) -> str:
        archive = zipfile.ZipFile(io.BytesIO(b"".join(order_file(actor, told.purchase))))
        return archive.read("daftar-isi.csv").decode("utf-8-sig")

    assert estimate.number in numbers(told.actor(Role.PPK))
    assert estimate.number not in numbers(told.vendor)

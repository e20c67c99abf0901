"""Issuing: numbers without gaps, frozen facts, entries in the log, versions instead of changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.accounts.actors import Actor
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from marketplace.events.models import Job
from marketplace.regulation.models import Parameter, Region
from marketplace.regulation.queries import forget_rules
from marketplace.workflow.door import doing
from procurement.documents import actions, numbering, samples
from procurement.documents.facts import WrongFacts
from procurement.documents.kinds import Kind
from procurement.documents.models import Paper, PaperCounter
from procurement.documents.queries import current_papers_of, papers_of
from tests.documents.conftest import SUBJECT

pytestmark = pytest.mark.django_db(transaction=True)
NOVEMBER = datetime(2026, 11, 22, 9, 30, tzinfo=clock.JAKARTA)


def test_a_paper_has_its_number_at_once_and_its_facts_in_the_log_as_a_hash(issue):
    with clock.frozen(NOVEMBER):
        paper = issue()
    assert paper.number == "027/SP/EO/0000001/DISDIK/XI/2026"
    entry = Entry.objects.get(act="paper.issue")
    assert entry.facts["number"] == paper.number
    assert entry.facts["facts_sha256"] == paper.facts_sha256 == actions.facts_hash(Paper.objects.get())
    assert entry.facts["subject"] == "purchase/77"
    for personal in ("Budi", "Hasan", samples.VENDOR["npwp"], samples.PPK["nip"]):
        assert personal.encode() not in bytes(entry.payload)
    assert Job.objects.get(kind="documents.render").payload == {"paper": paper.pk}


def test_facts_stand_encrypted_in_the_database(issue):
    issue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts_text FROM documents_paper")
        (stored,) = cursor.fetchone()
    assert "Budi" not in stored
    assert samples.VENDOR["npwp"] not in stored


def test_numbers_count_by_region_kind_and_year(issue, ppk):
    elsewhere = Region.objects.create(klpd_code="D992", name="Kota Lain", kind=Region.Kind.CITY)
    stranger = Actor(None, "PPK lain", ppk.role, region_id=elsewhere.pk)
    with clock.frozen(NOVEMBER) as move_to:
        sequences = [
            issue().sequence,
            issue().sequence,
            issue("kuitansi").sequence,
            issue(actor=stranger).sequence,
        ]
        move_to(NOVEMBER.replace(year=2027))
        sequences.append(issue().sequence)
    assert sequences == [1, 2, 1, 1, 1]


def test_a_deed_that_fails_gives_its_number_back(issue, ppk):
    issue()
    with pytest.raises(Refused), doing(actor=ppk) as deed:
        actions.issue(deed, "surat_pesanan", samples.FACTS["surat_pesanan"], subject=SUBJECT)
        raise Refused("later", "Ada yang salah kemudian.")
    assert Entry.objects.filter(act="paper.issue").count() == 1
    assert Job.objects.count() == 1
    assert issue().sequence == 2


def test_wrong_facts_leave_no_trace(issue):
    with pytest.raises(WrongFacts):
        issue(total=1)
    assert not Paper.objects.exists()
    assert not PaperCounter.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.race
def test_numbers_have_no_gap_and_no_double_under_parallel_writers(ppk):
    barrier = threading.Barrier(6)
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            barrier.wait()
            for attempt in range(8):
                try:
                    with doing(actor=ppk) as deed:
                        actions.issue(deed, "kuitansi", samples.FACTS["kuitansi"], subject=SUBJECT)
                        if (attempt + writer) % 3 == 0:
                            raise Refused("no", "Dibatalkan.")
                except Refused:
                    pass
        except BaseException as error:  # shown by the main thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    sequences = sorted(Paper.objects.values_list("sequence", flat=True))
    assert sequences == list(range(1, len(sequences) + 1))
    assert len(sequences) == 32
    assert PaperCounter.objects.get().last == 32


def test_the_region_sets_its_own_pattern(issue, region):
    Parameter.objects.create(
        code="document.number_pattern.surat_pesanan",
        region=region,
        value="{seq}/{kode}/{unit}/{tahun}",
        unit="pola",
        valid_from=date(2026, 1, 1),
        legal_basis="Keputusan Kepala Daerah Contoh",
        state=Parameter.State.ACTIVE,
    )
    forget_rules()
    with clock.frozen(NOVEMBER):
        assert issue().number == "1/SP/DISDIK/2026"


@pytest.mark.parametrize(
    "pattern",
    ["{seq}", "{kode}/{tahun}", "{seq}/{kode}/{tahun}/{rahasia}", "{seq.__class__}/{kode}/{tahun}"],
)
def test_a_pattern_that_mixes_numbers_up_is_refused(pattern):
    with pytest.raises(numbering.BadPattern):
        numbering.written(pattern, kind=Kind.of("bast"), sequence=1, unit="X", on=date(2026, 1, 1))


def test_the_database_keeps_numbers_apart(issue):
    paper = issue()
    copy = Paper.objects.get(pk=paper.pk)
    copy.pk, copy.token = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_voiding_keeps_the_number_and_issues_a_version_marked_batal(issue, ppk):
    paper = issue()
    with doing(actor=ppk) as deed:
        void = actions.void(deed, paper, reason="Salah alamat kirim")
    assert (void.number, void.version, void.is_void) == (paper.number, 2, True)
    assert void.facts["void"]["reason"] == "Salah alamat kirim"
    assert Paper.objects.get(pk=paper.pk).facts == paper.facts
    assert Entry.objects.filter(act="paper.void").count() == 1
    assert [each.pk for each in papers_of(SUBJECT)] == [paper.pk, void.pk]
    assert [each.pk for each in current_papers_of(SUBJECT)] == [void.pk]

    entries = Entry.objects.count()
    with pytest.raises(Refused) as refused, doing(actor=ppk) as deed:
        actions.void(deed, paper, reason="Lagi")
    assert refused.value.code == "paper_void"
    assert (Paper.objects.count(), Entry.objects.count()) == (2, entries)
    assert issue().sequence == 2, "a void number is never given again"


def test_correcting_issues_the_next_version(issue, ppk):
    paper = issue()
    changed = {**samples.FACTS["surat_pesanan"], "deliver_by": "2026-10-27"}
    with doing(actor=ppk) as deed:
        corrected = actions.correct(deed, paper, changed, signatories=samples.SIGNATORIES["surat_pesanan"])
    assert (corrected.number, corrected.version) == (paper.number, 2)
    assert corrected.facts["deliver_by"] == "2026-10-27"
    assert corrected.facts_sha256 != paper.facts_sha256


def test_tokens_cannot_be_guessed(issue: Callable[..., Paper]):
    tokens = [issue("kuitansi").token for _ in range(20)]
    assert len(set(tokens)) == 20
    assert all(len(token) == 32 for token in tokens), "192 bits in base64"
    assert len({token[position] for token in tokens for position in range(32)}) > 40

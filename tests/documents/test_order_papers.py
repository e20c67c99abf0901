"""A real order: every paper its rooms issue renders, and its news reaches whoever holds the next step."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.events import jobs, reading
from marketplace.events.models import Job, ParkedEntry
from marketplace.events.queries import notices_for
from marketplace.events.runner import drain
from procurement.documents.models import Paper
from procurement.documents.queries import papers_of
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _real_access(settings):
    settings.DOCUMENT_ACCESS = {"purchase": "procurement.purchasing.queries.may_read"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_an_order_up_to_its_bast_has_all_its_papers_rendered():
    told = factories.story("ACCEPTED")
    drain()
    papers = list(papers_of(told.purchase))
    assert {"surat_pesanan", "bast"} <= {paper.kind for paper in papers}
    assert all(paper.is_rendered for paper in papers)
    assert told.purchase.sp_number in {paper.number for paper in papers}
    assert not Job.objects.filter(done_at=None).exists()
    assert not ParkedEntry.objects.exists()


def test_a_terminated_order_has_its_certificate():
    told = factories.story("TERMINATED")
    drain()
    assert Paper.objects.get(kind="ba_pembatalan", subject_id=str(told.purchase.pk)).is_rendered


def test_the_next_step_s_holder_hears_of_each_move(mailoutbox):
    told = factories.story()

    def last_heard(role: Role) -> str:
        drain()
        notice = notices_for(told.actor(role)).first()
        return notice.sentence if notice else ""

    assert "Giliran Anda: Setujui pesanan" in last_heard(Role.PPK)
    assert not notices_for(told.vendor).exists()
    told.take("approve")
    assert told.purchase.number in last_heard(Role.VENDOR)
    heard = notices_for(told.vendor).get()
    assert heard.url == told.purchase.get_absolute_url()
    assert told.appointment(Role.PPK).user.name not in heard.sentence
    assert told.appointment(Role.VENDOR).user.email in {message.to[0] for message in mailoutbox}
    told.take("decline")
    assert told.purchase.number in last_heard(Role.PP)


def test_parties_download_and_strangers_do_not():
    told = factories.story("ORDERED")
    jobs.run_due()
    reading.read_all()
    paper = papers_of(told.purchase).get(kind="surat_pesanan")

    def status(appointment) -> int:
        client = Client()
        client.force_login(appointment.user)
        return client.get(paper.download_url).status_code

    assert status(told.appointment(Role.PPK)) == 200
    assert status(told.appointment(Role.VENDOR)) == 200
    stranger = factories.story()
    assert status(stranger.appointment(Role.VENDOR)) == 404
    assert status(stranger.appointment(Role.PPK)) == 404

"""Who holds the next step hears of it: in the tray, by e-mail, once, without a colleague's name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.template import Context, Template
from django.test import Client

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import Role
from marketplace.audit import sequencer
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.events import actions, jobs, reading, registry, tasks
from marketplace.events.models import Job, Notice, ParkedEntry
from marketplace.events.queries import News, Recipient, notices_for, unread_count
from marketplace.regulation.models import Region
from marketplace.workflow.door import doing

pytestmark = pytest.mark.django_db(transaction=True)

NEWS: dict[str, News] = {}


def source(entry: Entry) -> News | None:
    """Stands in for the room of the aggregate `test`."""
    return NEWS.get(entry.aggregate_id)


@pytest.fixture(autouse=True)
def _only_notices(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    NEWS.clear()
    settings.NOTICE_SOURCES = {"test": "tests.events.test_notices.source"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(registry, "_READERS", {"notices": registry.Reader("notices", tasks.tell)})


@pytest.fixture
def unit() -> Organisation:
    region = Region.objects.create(klpd_code="D993", name="Kota Contoh", kind=Region.Kind.CITY)
    return Organisation.objects.create(
        region=region, kind=Organisation.Kind.AGENCY_UNIT, name="Dinas Contoh", code="9.03"
    )


def appoint(unit: Organisation, role: Role, name: str) -> Appointment:
    user = User.objects.create_user(f"{name.lower()}@contoh.invalid", "sandi-contoh-2026", name=name)
    return Appointment.objects.create(
        user=user,
        organisation=unit,
        role=role,
        decree_number="1/2026",
        decree_date=date(2026, 1, 1),
        valid_from=date(2026, 1, 1),
    )


def happen(what: str, actor: Actor | None = None) -> None:
    with doing(actor=actor or Actor.system("test")) as deed:
        deed.record("test.happened", ("test", what), {"what": what})
    sequencer.integrate()
    reading.read_all()


def test_an_office_and_a_person_hear_of_an_entry(unit):
    one, two = appoint(unit, Role.PPK, "Budi"), appoint(unit, Role.PPK, "Citra")
    acting, treasurer = appoint(unit, Role.PPTK, "Dedi"), appoint(unit, Role.TREASURER, "Fajar")
    office = Recipient(organisation_id=unit.pk, role="PPK")
    NEWS["a"] = News((office, Recipient(user_id=treasurer.user_id)), "/pesanan/1/", "Setujui pesanan")
    happen("a", Actor.of(acting))

    ppk = notices_for(Actor.of(one)).get()
    assert (
        ppk.sentence
        == "Pejabat Pelaksana Teknis Kegiatan (PPTK) Dinas Contoh mencoba a. Giliran Anda: Setujui pesanan."
    )
    assert "Dedi" not in ppk.sentence
    assert notices_for(Actor.of(two)).get() == ppk
    assert notices_for(Actor.of(treasurer)).get().user_id == treasurer.user_id
    assert not notices_for(Actor(None, "", Role.PUBLIC)).exists()

    assert jobs.run_due() == 2
    assert sorted(message.to[0] for message in mail.outbox) == [
        "budi@contoh.invalid",
        "citra@contoh.invalid",
        "fajar@contoh.invalid",
    ]
    assert all(len(message.to) == 1 for message in mail.outbox)
    assert "/pesanan/1/" in mail.outbox[0].body
    assert "Setujui pesanan" in mail.outbox[0].subject


def test_reading_an_entry_twice_tells_and_mails_once(unit):
    appoint(unit, Role.PPK, "Budi")
    NEWS["a"] = News((Recipient(organisation_id=unit.pk, role="PPK"),), "/")
    happen("a")
    tasks.tell(Entry.objects.get(aggregate_id="a"))
    assert Notice.objects.count() == 1
    assert Job.objects.count() == 1
    jobs.run_due()
    tasks.mail_notice({"notice": Notice.objects.get().pk})
    assert len(mail.outbox) == 1


def test_an_entry_that_is_no_news_makes_no_notice(unit):
    happen("nothing")
    assert not Notice.objects.exists()
    assert not ParkedEntry.objects.exists()


def test_ones_own_act_is_no_news(unit):
    ppk, treasurer = appoint(unit, Role.PPK, "Budi"), appoint(unit, Role.TREASURER, "Fajar")
    office = Recipient(organisation_id=unit.pk, role="PPK")
    NEWS["a"] = News((office, Recipient(user_id=ppk.user_id), Recipient(user_id=treasurer.user_id)), "/")
    happen("a", Actor.of(ppk))
    assert Notice.objects.get().user_id == treasurer.user_id


def test_stale_news_is_not_mailed(unit):
    appoint(unit, Role.PPK, "Budi")
    NEWS["a"] = News((Recipient(organisation_id=unit.pk, role="PPK"),), "/")
    with clock.frozen(clock.now() - timedelta(days=3)), doing(actor=Actor.system("test")) as deed:
        deed.record("test.happened", ("test", "a"), {"what": "a"})
    sequencer.integrate()
    reading.read_all()
    assert Notice.objects.count() == 1
    assert not Job.objects.exists()


def signed_in(client: Client, appointment: Appointment) -> Actor:
    client.force_login(appointment.user)
    return Actor.of(appointment)


def test_the_tray_lists_opens_and_clears(client, unit, assert_flat_in_rows):
    ppk = appoint(unit, Role.PPK, "Budi")
    NEWS.update({name: News((Recipient(user_id=ppk.user_id),), "/komponen/") for name in "abcdef"})
    happen("a")
    actor = signed_in(client, ppk)
    page = client.get("/kabar/").content.decode()
    assert "mencoba a" in page
    assert unread_count(actor) == 1

    notice = Notice.objects.get()
    answer = client.post(f"/kabar/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/komponen/")
    assert unread_count(actor) == 0

    def more() -> None:
        for name in "bcdef":
            happen(name)

    assert_flat_in_rows(lambda: client.get("/kabar/"), more)
    assert unread_count(actor) == 5
    client.post("/kabar/semua/")
    assert unread_count(actor) == 0


def test_nobody_opens_somebody_elses_notice(client, unit):
    ppk, other = appoint(unit, Role.PPK, "Budi"), appoint(unit, Role.RECEIVER, "Gita")
    NEWS["a"] = News((Recipient(user_id=ppk.user_id),), "/")
    happen("a")
    signed_in(client, other)
    assert "mencoba a" not in client.get("/kabar/").content.decode()
    assert client.post(f"/kabar/{Notice.objects.get().pk}/").status_code == 404
    assert Notice.objects.get().read_at is None


def test_the_header_counts(unit, rf):
    ppk = appoint(unit, Role.PPK, "Budi")
    NEWS["a"] = News((Recipient(user_id=ppk.user_id),), "/")
    happen("a")
    request = rf.get("/")
    tag = Template("{% load notices %}{% unread_notices %}")
    assert tag.render(Context({"request": request})) == "0"
    request.actor = Actor.of(ppk)
    assert tag.render(Context({"request": request})) == "1"


def test_operators_see_parked_work_and_others_do_not(client, unit, handled):
    handled("test.poison")
    actions.enqueue("test.poison", {}, key="kunci-1")
    Job.objects.update(failed_at=clock.now(), last_error="ValueError in render (x.py:1)", attempts=8)
    happen("a")
    ParkedEntry.objects.create(
        reader="notices", leaf_index=0, entry=Entry.objects.get(aggregate_id="a"), last_error="KeyError"
    )
    region_operator = Organisation.objects.create(
        region=unit.region, kind=Organisation.Kind.OPERATOR, name="Pengelola", code="OP"
    )
    operator, ppk = appoint(region_operator, Role.OPERATOR, "Oki"), appoint(unit, Role.PPK, "Budi")
    signed_in(client, ppk)
    assert client.get("/kelola/pekerjaan/").status_code == 403
    assert client.post(f"/kelola/pekerjaan/{Job.objects.get().pk}/").status_code == 403
    assert Job.objects.get().failed_at is not None

    signed_in(client, operator)
    page = client.get("/kelola/pekerjaan/").content.decode()
    assert "kunci-1" in page
    assert "KeyError" in page
    assert client.post(f"/kelola/pekerjaan/{Job.objects.get().pk}/").status_code == 302
    assert Job.objects.get().failed_at is None
    assert client.post(f"/kelola/catatan/{ParkedEntry.objects.get().pk}/").status_code == 302
    assert ParkedEntry.objects.get().resolved_at is not None

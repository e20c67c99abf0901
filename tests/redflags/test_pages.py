"""Pages of red flags: who sees them, what they tell, how many queries they take."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from procurement.redflags import actions
from procurement.redflags.models import ContactKey, RedFlag
from procurement.redflags.queries import flags_of_order, listing, waiting_for
from procurement.redflags.queries.desk import ROWS
from procurement.redflags.queries.precision import figures, on_notice
from tests import people
from tests.purchasing import factories
from tests.redflags import flags
from tests.redflags.flags import ANSWER, QUESTION, REASON
from tests.vendors import stalls
from vendors.models import Vendor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story() -> factories.Story:
    return factories.story("ORDERED")


def appointment_of(actor: Actor) -> Appointment:
    return Appointment.objects.select_related("user", "organisation").get(pk=actor.appointment_id or 0)


def page(client: Any, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_the_auditor_reads_a_flag_with_its_figures_order_and_story(story: factories.Story) -> None:
    flag = flags.raised(story.purchase)
    auditor = people.signed_in(appointment_of(flags.auditor_of(story.purchase)))
    told = page(auditor, flag.get_absolute_url())
    for words in (
        "Lebih mahal daripada pembelian lain",
        "Rp52.000",
        "115 %",
        story.purchase.number,
        "Mulai tinjau",
    ):
        assert words in told
    assert reverse("order_story", args=[story.purchase.number]) in told
    assert flag.get_absolute_url() in page(auditor, reverse("red-flags"))
    assert flag.get_absolute_url() in page(auditor, story.purchase.get_absolute_url())


def test_the_officer_sees_nothing_before_being_asked(story: factories.Story) -> None:
    flag, ppk = flags.raised(story.purchase), people.signed_in(story.appointment(Role.PPK))
    page(ppk, flag.get_absolute_url(), 404)
    page(ppk, reverse("red-flags"), 403)
    assert "tanda-bahaya" not in page(ppk, story.purchase.get_absolute_url())
    auditor = flags.auditor_of(story.purchase)
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    page(ppk, flag.get_absolute_url(), 404)
    actions.ask(actor=auditor, red_flag_id=flag.pk, question=QUESTION)
    assert QUESTION in page(ppk, flag.get_absolute_url())
    assert flag.get_absolute_url() in page(ppk, "/meja/")


def test_the_desk_tells_what_waits_for_this_actor_however_much_waits_for_others(
    story: factories.Story,
) -> None:
    auditor, ppk = flags.auditor_of(story.purchase), story.actor(Role.PPK)
    inputs = [{**flags.dear(story.purchase).inputs, "line": line} for line in range(ROWS + 1)]
    told = [replace(flags.dear(story.purchase), part=f"{n}", inputs=each) for n, each in enumerate(inputs)]
    actions.raise_flags(region_id=story.purchase.region_id, found=told)
    *many, last = RedFlag.objects.order_by("pk").values_list("pk", flat=True)
    for pk in [*many, last]:
        actions.take_up(actor=auditor, red_flag_id=pk)
        actions.ask(actor=auditor, red_flag_id=pk, question=QUESTION)
    assert len(waiting_for(ppk)) == ROWS and waiting_for(auditor) == []
    actions.answer(actor=ppk, red_flag_id=last, answer=ANSWER)
    assert [each.url for each in waiting_for(auditor)] == [reverse("red-flag", args=[last])]
    for pk in many:
        actions.answer(actor=ppk, red_flag_id=pk, answer=ANSWER)
    actions.ask(actor=auditor, red_flag_id=last, question=QUESTION)
    assert [each.url for each in waiting_for(ppk)] == [reverse("red-flag", args=[last])]


def test_nobody_else_sees_a_flag(story: factories.Story) -> None:
    flag = flags.asked(story.purchase)
    other_ppk = people.signed_in(people.appointment(Role.PPK, story.purchase.organisation))
    page(other_ppk, flag.get_absolute_url(), 404)
    page(people.signed_in(story.appointment(Role.VENDOR)), flag.get_absolute_url(), 403)
    page(people.signed_in(people.appointment(Role.OPERATOR)), flag.get_absolute_url(), 403)
    far = people.organisation(people.KIND_OF_ROLE[Role.AUDITOR], in_region=people.region("D001", "Jauh"))
    page(people.signed_in(people.appointment(Role.AUDITOR, far)), flag.get_absolute_url(), 404)


def test_a_flag_is_reviewed_answered_and_closed_in_the_pages(story: factories.Story) -> None:
    flag = flags.raised(story.purchase)
    auditor = people.signed_in(appointment_of(flags.auditor_of(story.purchase)))
    ppk = people.signed_in(story.appointment(Role.PPK))

    def press(client: Any, move: str, revision: int, **told: str) -> int:
        return int(
            client.post(f"{flag.get_absolute_url()}{move}/", {"revision": revision, **told}).status_code
        )

    assert press(auditor, "take_up", 0) == 302
    assert press(auditor, "ask", 1, question="apa?") == 409
    assert press(auditor, "ask", 1, question=QUESTION) == 302
    assert press(ppk, "answer", 2, answer=ANSWER) == 302
    assert press(auditor, "clear", 2, verdict="EXPLAINED", reason=REASON) == 409, (
        "the page was older than the answer"
    )
    assert press(auditor, "clear", 3, reason=REASON) == 422
    assert press(auditor, "clear", 3, verdict="EXPLAINED", reason=REASON) == 302
    told = page(auditor, flag.get_absolute_url())
    assert ANSWER in told and REASON in told and "dapat dijelaskan" in told


def test_an_answer_is_not_told_as_the_answer_to_a_later_question(story: factories.Story) -> None:
    auditor = flags.auditor_of(story.purchase)
    flag, reader = flags.asked(story.purchase, auditor), people.signed_in(appointment_of(auditor))
    actions.answer(actor=story.actor(Role.PPK), red_flag_id=flag.pk, answer=ANSWER)
    told = page(reader, flag.get_absolute_url())
    assert ANSWER in told and "pertanyaan sebelumnya" not in told
    later = "Dokumen penawaran mana yang memuat sertifikat itu?"
    actions.ask(actor=auditor, red_flag_id=flag.pk, question=later)
    told = page(reader, flag.get_absolute_url())
    assert "Jawaban atas pertanyaan sebelumnya" in told and ANSWER in told and later in told


def test_the_list_is_narrowed_by_rule_state_unit_and_age(story: factories.Story) -> None:
    flag = flags.raised(story.purchase)
    auditor = people.signed_in(appointment_of(flags.auditor_of(story.purchase)))
    link, path = flag.get_absolute_url(), reverse("red-flags")
    unit = story.purchase.organisation_id
    for shown in (
        "aturan=ID05",
        "keadaan=baru",
        f"satuan={unit}",
        "umur=minggu",
        "aturan=ID05&umur=lama&umur=minggu",
    ):
        assert link in page(auditor, f"{path}?{shown}"), shown
    for hidden in (
        "aturan=ID01",
        "keadaan=ditutup",
        "satuan=999999",
        "umur=lama",
        "sebelum=1",
        "aturan=R028",
    ):
        assert link not in page(auditor, f"{path}?{hidden}"), hidden


def test_the_list_begins_with_the_highest_score_and_goes_on_in_both_directions(
    story: factories.Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    scores = (300, 100, 700, 300, 200)
    for score in scores:
        told = replace(flags.dear(story.purchase), part=f"{score}-{RedFlag.objects.count()}", score=score)
        actions.raise_flags(region_id=story.purchase.region_id, found=[told])
    actor = flags.auditor_of(story.purchase)
    pages = [listing.flag_page(actor)]
    while pages[-1].older:
        pages.append(listing.flag_page(actor, before=pages[-1].older))
    shown = [flag for page in pages for flag in page.rows]
    assert [each.score for each in shown] == sorted(scores, reverse=True)
    assert shown[1].pk > shown[2].pk, "of equal ones the newest first"
    back = listing.flag_page(actor, after=pages[1].newer)
    assert [each.pk for each in back.rows] == [each.pk for each in pages[0].rows] and back.newer is None


def test_pages_take_as_many_queries_with_many_flags_as_with_few(
    story: factories.Story, assert_flat_in_rows: Any, assert_max_queries: Any
) -> None:
    flag = flags.raised(story.purchase)
    auditor = people.signed_in(appointment_of(flags.auditor_of(story.purchase)))

    def more() -> None:
        for _each in range(4):
            flags.raised(factories.story().purchase)

    assert_flat_in_rows(lambda: auditor.get(reverse("red-flags")), more)
    with assert_max_queries(14):
        auditor.get(reverse("red-flags"))
    with assert_max_queries(16):
        auditor.get(flag.get_absolute_url())
    with assert_max_queries(12):
        auditor.get(reverse("red-flag-rules"))


def test_the_rules_page_tells_law_figures_what_is_not_judged_and_false_alarms(story: factories.Story) -> None:
    auditor = flags.auditor_of(story.purchase)
    reader = people.signed_in(appointment_of(auditor))
    path = reverse("red-flag-rules")
    told = page(reader, path)
    for words in (
        "Perpres 16/2018 Pasal 20 ayat (2)",
        "Alamat IP pembeli",
        "flag.ID08.limits",
        "Rp200.000.000",
    ):
        assert words in told
    assert "Terlalu banyak alarm palsu" not in told
    for closed in range(5):
        flag = flags.raised(story.purchase, price=73_000 + closed)
        assert not figures(story.purchase.region_id)["ID05"].over_budget
        actions.take_up(actor=auditor, red_flag_id=flag.pk)
        actions.clear(actor=auditor, red_flag_id=flag.pk, verdict="UNFOUNDED", reason=REASON)
    assert figures(story.purchase.region_id)["ID05"].over_budget
    assert "Terlalu banyak alarm palsu" in page(reader, path)


def test_a_rule_with_too_many_false_alarms_is_on_notice_until_two_operators_change_it(
    story: factories.Story,
) -> None:
    region = story.purchase.region
    auditor = flags.auditor_of(story.purchase)
    reader = people.signed_in(appointment_of(auditor))
    office = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=region)
    desks = [people.appointment(Role.OPERATOR, office) for _each in range(2)]
    one, other = (people.signed_in(each) for each in desks)

    def close(verdict: str, price: int) -> None:
        flag = flags.raised(story.purchase, price=price)
        actions.take_up(actor=auditor, red_flag_id=flag.pk)
        actions.clear(actor=auditor, red_flag_id=flag.pk, verdict=verdict, reason=REASON)

    sentence = "Aturan ID05 melebihi batas alarm palsunya"
    for n, verdict in enumerate(["UNFOUNDED", "UNFOUNDED", "EXPLAINED", "SETTLED", "EXPLAINED"]):
        close(verdict, 73_000 + n)
    assert on_notice(region.pk) == {}, "two of five are within the budget"
    close("UNFOUNDED", 74_000)
    assert set(on_notice(region.pk)) == {"ID05"}

    standing = flags.raised(story.purchase, price=75_000)
    assert "sering salah" in page(reader, reverse("red-flags"))
    assert "melebihi batas alarm palsunya" in page(reader, standing.get_absolute_url())
    told = page(one, "/meja/")
    assert sentence in told and "3 dari 6 tanda" in told and "batasnya 40 %" in told
    assert "kode=flag.ID05.factor_bp" in page(one, reverse("red-flag-rules"))

    value = {
        "code": "flag.ID05.factor_bp",
        "value": "13000",
        "valid_from": clock.today().isoformat(),
        "legal_basis": "Keputusan Inspektur 12/2026",
    }
    assert one.post(reverse("parameter-propose"), value).status_code == 302
    proposed = Parameter.objects.get(state="PROPOSED")
    assert set(on_notice(region.pk)) == {"ID05"}, "proposed is not in force"
    decide = reverse("parameter-decide", args=[proposed.pk])
    assert other.post(decide, {"decision": "approve"}).status_code == 302
    assert on_notice(region.pk) == {} and figures(region.pk)["ID05"].closed == 0, "it begins anew"
    assert sentence not in page(one, "/meja/")
    assert "sering salah" not in page(reader, reverse("red-flags"))


def test_another_units_order_is_not_named_to_the_officer_who_is_asked(story: factories.Story) -> None:
    purchase, elsewhere, beside = (
        story.purchase,
        factories.story().purchase,
        factories.story(at=story.office).purchase,
    )
    assert elsewhere.organisation_id != purchase.organisation_id == beside.organisation_id
    auditor = flags.auditor_of(purchase)
    reader, ppk = people.signed_in(appointment_of(auditor)), people.signed_in(story.appointment(Role.PPK))
    for other, named in ((elsewhere, False), (beside, True)):
        again = replace(
            flags.dear(purchase),
            rule="ID10",
            part=f"{other.pk}",
            inputs={"other": other.pk, "bits": 2},
            sentence="Foto …",
        )
        actions.raise_flags(region_id=purchase.region_id, found=[again])
        flag = RedFlag.objects.get(rule="ID10", part=again.part)
        actions.take_up(actor=auditor, red_flag_id=flag.pk)
        actions.ask(actor=auditor, red_flag_id=flag.pk, question=QUESTION)
        for path in (flag.get_absolute_url(), reverse("red_flag-answer", args=[flag.pk])):
            told = page(ppk, path)
            assert (other.number in told) is named and ("pesanan satuan kerja lain" in told) is not named
        assert other.number in page(reader, flag.get_absolute_url())


def test_forms_ask_for_as_many_letters_as_the_region(story: factories.Story) -> None:
    flag, auditor = flags.raised(story.purchase), flags.auditor_of(story.purchase)
    Parameter.objects.create(
        code="flag.reason_letters",
        region=story.purchase.region,
        value=35,
        unit="huruf",
        valid_from=clock.today(),
        legal_basis="Keputusan Inspektur 12/2026",
        state="ACTIVE",
    )
    forget_rules()
    reader = people.signed_in(appointment_of(auditor))
    actions.take_up(actor=auditor, red_flag_id=flag.pk)
    for move in ("ask", "clear", "escalate"):
        assert "Paling sedikit 35 huruf." in page(reader, f"{flag.get_absolute_url()}{move}/")
    forget_rules()


def test_rooms_above_list_the_flags_of_an_order(story: factories.Story) -> None:
    purchase, other = story.purchase, factories.story().purchase
    flag = flags.raised(purchase)
    assert list(flags_of_order(purchase.pk)) == [flag]
    assert list(flags_of_order(other.pk)) == []


def test_the_network_shows_who_shares_and_never_what(story: factories.Story) -> None:
    reader = people.signed_in(appointment_of(flags.auditor_of(story.purchase)))
    path = reverse("red-flag-network")
    assert "Tidak ada yang sama" in page(reader, path)
    vendor = story.purchase.vendor
    twin = stalls.vendor("CV Kembar", region=story.purchase.region)
    Vendor.objects.filter(pk=twin.pk).update(phone_hash=vendor.phone_hash or "a" * 64)
    Vendor.objects.filter(pk=vendor.pk).update(phone_hash=vendor.phone_hash or "a" * 64)
    ContactKey.objects.create(
        kind="PHONE",
        user=story.appointment(Role.PPK).user,
        digest=Vendor.objects.get(pk=vendor.pk).phone_hash,
        source_sha256="0" * 64,
    )
    told = page(reader, path)
    assert "CV Kembar" in told and "telepon" in told and "<svg" in told
    assert f"PPK · {story.purchase.organisation.name}" in told
    assert vendor.phone not in told
    assert story.appointment(Role.PPK).user.name not in told.split("<main")[1]


def test_the_region_of_the_auditor_bounds_the_network() -> None:
    far = people.region("D001", "Jauh")
    for name in ("CV Satu", "CV Dua"):
        Vendor.objects.filter(pk=stalls.vendor(name, region=far).pk).update(phone_hash="b" * 64)
    reader = people.signed_in(people.appointment(Role.AUDITOR))
    assert "CV Satu" not in page(reader, reverse("red-flag-network"))
    assert Organisation.objects.filter(name="CV Satu").exists() and clock.now() is not None


def test_a_flag_that_is_gone_answers_not_found() -> None:
    page(people.signed_in(people.appointment(Role.AUDITOR)), "/tanda-bahaya/999999999/", 404)
    assert not RedFlag.objects.exists()

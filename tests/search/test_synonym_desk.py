"""The curator's list: changes are versions with an entry each, refusals leave no trace, effects are seen beforehand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from search import actions, synonyms
from search.finding import TextFinder
from search.models import SynonymChange
from search.question import Question
from search.synonym_preview import preview
from search.synonyms import Group
from tests import people
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "Pembeli di kelurahan menyebutnya begitu"


@pytest.fixture(autouse=True)
def _fresh():
    synonyms.forget_synonyms()
    yield
    synonyms.forget_synonyms()


@pytest.fixture
def curator():
    return people.actor(Role.CURATOR)


def add(curator, *members: str, version: int = 1, **said):
    return actions.add_synonyms(
        actor=curator, members=members, reason=said.pop("reason", WHY), version=version, **said
    )


def total(text: str) -> int:
    return TextFinder().find(Question(text=text), regions=None).total


def test_a_change_is_a_version_that_questions_are_read_with_and_old_ones_stay(curator):
    stalls.listing(stalls.vendor(), "Congklak kayu jati", description="")
    assert total("dakon") == 0

    added = add(curator, "congklak", "dakon")
    assert (synonyms.version(), total("dakon")) == (2, 1)
    changed = actions.change_synonyms(
        actor=curator, number=added.group, members=["congklak", "dhakon jawa"], reason=WHY, version=2
    )
    assert (synonyms.version(), total("dakon")) == (3, 0)
    actions.end_synonyms(actor=curator, number=changed.group, reason=WHY, version=3)

    assert synonyms.version() == 4
    assert [added.group in synonyms.groups(version) for version in (1, 2, 3, 4)] == [False, True, True, False]
    assert synonyms.groups(2)[added.group] == Group(("congklak", "dakon"))
    acts = Entry.objects.filter(aggregate_type="synonym_group").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["search.synonym_add", "search.synonym_change", "search.synonym_end"]


def test_a_shipped_group_is_changed_without_touching_version_one(curator):
    number = next(key for key, group in synonyms.groups().items() if group.members[0] == "laptop")
    before = synonyms.groups(1)[number]

    actions.change_synonyms(
        actor=curator, number=number, members=[*before.members, "komputer lipat"], reason=WHY, version=1
    )

    assert synonyms.groups(1)[number] == before
    assert "komputer lipat" in synonyms.groups()[number].members


@pytest.mark.parametrize(
    ("code", "members", "more"),
    [
        ("synonym_few", ["dakon", "  "], {}),
        ("synonym_many", [f"kata{chr(97 + each)}" for each in range(16)], {}),
        ("synonym_long", ["dakon", "x" * 81], {}),
        ("synonym_empty", ["dakon", "--"], {}),
        ("synonym_empty", ["dakon", "123"], {}),
        ("synonym_twice", ["pengiriman", "kiriman"], {}),
        ("synonym_elsewhere", ["dakon", "notebook"], {}),
        ("reason", ["dakon", "congklak"], {"reason": "pendek"}),
        ("stale", ["dakon", "congklak"], {"version": 7}),
    ],
)
def test_a_refused_change_leaves_no_trace(curator, code, members, more):
    entries = Entry.objects.count()

    with pytest.raises(Refused) as refused:
        add(curator, *members, **more)

    assert refused.value.code == code
    assert refused.value.fix
    assert (SynonymChange.objects.count(), Entry.objects.count(), synonyms.version()) == (0, entries, 1)


def test_nobody_else_changes_the_list_and_nothing_is_changed_into_itself(curator):
    entries, first = Entry.objects.count(), synonyms.groups()[1]
    attempts = {
        "wrong_role": lambda: add(people.actor(Role.OPERATOR), "dakon", "congklak"),
        "synonym_same": lambda: actions.change_synonyms(
            actor=curator, number=1, members=first.members, one_way=first.one_way, reason=WHY, version=1
        ),
        "synonym_ended": lambda: actions.end_synonyms(actor=curator, number=9_999, reason=WHY, version=1),
    }

    for code, attempt in attempts.items():
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == code

    assert (SynonymChange.objects.count(), Entry.objects.count()) == (0, entries)


def test_a_word_may_stand_in_several_groups_of_one_direction(curator):
    add(curator, "notebook", "netbook", one_way=True)

    assert ("netbook",) in synonyms.current().meanings(("notebook",))
    assert synonyms.current().meanings(("netbook",)) == (("netbook",),)


def test_the_database_keeps_versions_as_they_were(curator):
    change = add(curator, "dakon", "congklak")

    for attempt in (change.delete, lambda: SynonymChange.objects.update(reason="lain")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_of_two_changes_at_the_same_moment_one_is_told_to_look_again():
    curators, start = [people.actor(Role.CURATOR) for _each in range(2)], Barrier(2)

    def change(at: int) -> str:
        try:
            connection.ensure_connection()
            start.wait(30)
            add(curators[at], f"dakon {'satu dua'.split()[at]}", "congklak")
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(change, range(2))) == ["saved", "stale"]
    assert SynonymChange.objects.count() == 1


def test_the_effect_is_seen_before_anything_is_saved():
    stall = stalls.vendor()
    for title in ("Congklak kayu jati", "Congklak plastik", "Dakon batik"):
        stalls.listing(stall, title, description="")
    before = synonyms.current()
    number = max(before.groups) + 1
    after = before.with_group(number, Group(("dakon", "congklak")))

    seen = preview(before=before, after=after, number=number, also="congklak kayu", regions=None)
    told = {each.question: each for each in seen.effects}

    assert seen.gaining == 3
    assert {text: (each.before, each.after, each.gained, each.lost) for text, each in told.items()} == {
        "congklak kayu": (1, 1, 0, 0),
        "dakon": (1, 3, 2, 0),
        "congklak": (2, 3, 1, 0),
    }
    assert dict(told["congklak"].titles) == {
        "Congklak kayu jati": False,
        "Congklak plastik": False,
        "Dakon batik": True,
    }
    assert SynonymChange.objects.count() == 0


def test_ending_a_group_shows_what_is_lost():
    stalls.listing(stalls.vendor(), "Notebook 14 inci", description="")
    before = synonyms.current()
    number = next(key for key, group in before.groups.items() if group.members[:2] == ("laptop", "notebook"))

    seen = preview(before=before, after=before.with_group(number, None), number=number, regions=None)

    assert {each.question: each.lost for each in seen.effects}["laptop"] == 1


def test_a_curator_looks_first_and_saves_then():
    curator = people.signed_in(people.appointment(Role.CURATOR))
    stalls.listing(stalls.vendor(), "Congklak kayu jati", description="")
    said = {"members": "dakon\r\ncongklak", "reason": WHY, "version": 1}

    looked = curator.post("/kurasi/sinonim/baru/", {**said, "langkah": "lihat"})
    assert (looked.status_code, SynonymChange.objects.count()) == (200, 0)
    assert b"Congklak kayu jati" in looked.content
    assert b"Simpan sebagai versi 2" in looked.content

    saved = curator.post("/kurasi/sinonim/baru/", {**said, "langkah": "simpan"})
    change = SynonymChange.objects.get()
    assert (saved.status_code, change.members, change.reason) == (302, ["dakon", "congklak"], WHY)
    assert curator.post("/kurasi/sinonim/baru/", {**said, "langkah": "simpan"}).status_code == 409
    assert curator.post("/kurasi/sinonim/baru/", {}).status_code == 422

    page = f"/kurasi/sinonim/{change.group}/"
    assert WHY.encode() in curator.get(page).content
    ended = curator.post(page + "akhiri/", {"reason": WHY, "version": 2, "langkah": "simpan"})
    assert (ended.status_code, SynonymChange.objects.count()) == (302, 2)
    assert "sudah berakhir" in curator.get(page).content.decode()
    assert "dakon, congklak" in curator.get("/kurasi/sinonim/?versi=2&q=dakon").content.decode()
    assert "dakon, congklak</td>" not in curator.get("/kurasi/sinonim/?versi=3&q=dakon").content.decode()
    assert curator.get("/kurasi/sinonim/999999/").status_code == 404


@pytest.mark.parametrize(
    "query", ["?versi=abc", "?versi=0", "?versi=99999999999", "?q=%00", "?q=<b>", "?hal=x"]
)
def test_any_query_gets_a_page(query):
    curator = people.signed_in(people.appointment(Role.CURATOR))

    assert curator.get(f"/kurasi/sinonim/{query}").status_code == 200

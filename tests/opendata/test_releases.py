"""Releases made from the log: merged they are what the tables say, made once, never changed, and none is lost."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from ocdsmerge import Merger

from marketplace.accounts.roles import Role
from marketplace.audit import sequencer
from marketplace.audit.models import Entry, Leaf
from marketplace.core import clock
from marketplace.events import registry
from marketplace.events.actions import retry_entry
from marketplace.events.models import ParkedEntry, ReaderCursor
from marketplace.events.reading import read_batch
from procurement.opendata import telling
from procurement.opendata.merging import compiled
from procurement.opendata.models import Release
from procurement.opendata.publishing import publish
from procurement.opendata.queries import READER, feed, horizon, stream
from procurement.opendata.subjects import Subjects
from procurement.planning.importing.plan import import_plan
from procurement.planning.models import Package
from procurement.taxation.actions import load_tax_rules
from tests import people
from tests.competition import contests
from tests.fakes.stripe import FakeStripe
from tests.opendata import present
from tests.opendata.personal import everything_published, leaks
from tests.opendata.scene import catch_up, furnish, furnish_some
from tests.opendata.schema import release_schema
from tests.planning import plans
from tests.planning.test_import import SYSTEM, as_csv, rows
from tests.purchasing import factories
from tests.purchasing.factories import Office
from tests.tampering import guards_asleep

pytestmark = pytest.mark.django_db(transaction=True)


def by_process() -> dict[str, list[dict[str, Any]]]:
    """What was published, by ocid."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for release in Release.objects.all():
        found[release.ocid].append(json.loads(release.content))
    return found


def sections(release: dict[str, Any]) -> Any:
    """A release without what names it."""
    return ordered({key: value for key, value in release.items() if key not in ("ocid", "id", "date", "tag")})


def ordered(value: Any) -> Any:
    """The same with lists of things with ids in the order of those: OCDS gives them no other."""
    if isinstance(value, dict):
        return {key: ordered(member) for key, member in sorted(value.items())}
    if isinstance(value, list) and value and all(isinstance(each, dict) and "id" in each for each in value):
        return sorted((ordered(each) for each in value), key=lambda each: each["id"])
    return value


def assert_merged_is_present() -> None:
    """Every process that was told of merges into what the tables say of it, by ocdsmerge and by us."""
    told, now = by_process(), present.processes()
    assert set(told) == {name for name in now if "-RUP-" not in name or name in told}
    merger = Merger(release_schema())
    for ocid, releases in told.items():
        merged = merger.create_compiled_release(releases)
        assert sections(merged) == sections(now[ocid]), ocid
        assert ordered(compiled(releases)) == ordered(merged), ocid


@pytest.mark.long
def test_merged_releases_are_what_the_tables_say_after_every_kind_of_event(stripe: FakeStripe) -> None:
    furnish(stripe)
    catch_up()
    assert not ParkedEntry.objects.exists(), list(ParkedEntry.objects.values("entry__act", "last_error"))
    assert_merged_is_present()
    told = set(Entry.objects.filter(leaf__releases__isnull=False).values_list("act", flat=True))
    assert set(telling.PUBLIC_ACTS) == told, "an act of the table never happened in the scene"
    assert leaks("\n".join(everything_published(Client()))) == []
    assert read_anew(size=200) == read_anew(size=1)


def test_a_reader_that_lags_tells_the_same_as_one_that_keeps_pace() -> None:
    """The same story read act by act, and read at once at its end."""

    def story(after_each: Any) -> list[dict[str, Any]]:
        told = factories.story("AWAITING_PPK")
        for name in ("approve", "confirm", "ship", "receive", "inspect", "sign_bast", "accept"):
            after_each()
            told.take(name)
        catch_up()
        number = told.purchase.number
        return [each for ocid, all_ in by_process().items() if ocid.endswith(number) for each in all_]

    def shape(release: dict[str, Any]) -> Any:
        return {
            "tag": release["tag"],
            "tender": release.get("tender", {}).get("status"),
            "awards": [each["status"] for each in release.get("awards", [])],
            "contracts": [
                [each.get("status"), *(m["status"] for m in each["implementation"]["milestones"])]
                for each in release.get("contracts", [])
            ],
        }

    at_once = [shape(each) for each in story(lambda: None)]
    in_step = [shape(each) for each in story(catch_up)]
    assert at_once == in_step
    assert [each["tag"] for each in in_step] == [
        ["planning", "tender", "award"],
        ["awardUpdate"],
        ["contract"],
        ["implementation"],
        ["implementation"],
    ]
    assert in_step[-2]["contracts"] == [[None, "met", "scheduled"]]
    assert in_step[-1]["contracts"] == [[None, "met", "met"]]


def test_a_changed_plan_is_told_in_every_process_that_buys_from_it() -> None:
    plan = rows({"pagu": "90000000", "nama_paket": "Belanja ATK"})
    import_plan(actor=SYSTEM, file_name="rup.csv", content=as_csv(plan))
    office = prepared(Package.objects.get())
    order = factories.story("ORDERED", at=office)
    contest = contests.published(at=office)
    contests.draft(at=office)
    plan[0] |= {"pagu": "95000000", "nama_paket": "Belanja ATK dan kertas"}
    import_plan(actor=SYSTEM, file_name="rup-2.csv", content=as_csv(plan))
    catch_up()
    told = Release.objects.filter(tags=["planningUpdate"])
    own = f"-RUP-D197-2026-{office.package.kd_rup}"
    endings = (own, f"-{order.purchase.number}", f"-{contest.thing.number}")
    assert len(told) == 3 and all(any(each.ocid.endswith(end) for each in told) for end in endings)
    assert {json.loads(each.content)["planning"]["budget"]["amount"]["amount"] for each in told} == {
        95_000_000
    }
    assert_merged_is_present()


def prepared(package: Package) -> Office:
    """An imported package as its PPK hands it to the PP."""
    unit = package.organisation
    officers = {role: people.appointment(role, unit) for role in (Role.PPK, Role.PP, Role.RECEIVER)}
    values = {"state": "PREPARED", "hps_total": 80_000_000, "kind_code": Package.Kind.GOODS}
    values |= plans.hands(officers[Role.PPK], officers[Role.PP])
    Package.objects.filter(pk=package.pk).update(**values)
    load_tax_rules()
    return Office(Package.objects.get(pk=package.pk), officers)


def test_sealed_offers_never_leak_before_the_opening() -> None:
    contest = contests.published()
    contest.offer(0, 33_333)
    contest.offer(1, 32_222)
    catch_up()
    (before,) = [each.content for each in Release.objects.all()]
    hidden = [str(33_333 * 80), str(32_222 * 80), "33333", "32222", "tenderers", "bids"]
    hidden += [vendor.name for vendor, _listing in contest.stalls] + [
        vendor.nib for vendor, _ in contest.stalls
    ]
    assert [each for each in hidden if each in before] == []
    contest.open()
    catch_up()
    opened = json.loads(Release.objects.latest("leaf_id").content)
    assert [each["value"]["amount"] for each in opened["bids"]["details"]] == [33_333 * 80, 32_222 * 80]
    assert opened["tender"]["numberOfTenderers"] == 2


def test_the_hps_of_a_line_is_never_told() -> None:
    contests.published(lines=contests.needs(lines=2, quantity=80, hps=34_567))
    catch_up()
    (told,) = [each.content for each in Release.objects.all()]
    assert "34567" not in told and str(34_567 * 80) not in told
    assert json.loads(told)["tender"]["value"]["amount"] == 34_567 * 80 * 2


# ── the reader ──


def test_an_entry_is_told_once_however_often_it_is_read() -> None:
    factories.story("ORDERED")
    catch_up()
    before = list(Release.objects.values())
    assert before
    assert publish([leaf.entry for leaf in Leaf.objects.select_related("entry")]) == 0
    ReaderCursor.objects.filter(name=READER).update(next_leaf=0)
    catch_up(size=3)
    assert list(Release.objects.values()) == before


def read_anew(size: int) -> list[tuple[Any, ...]]:
    """Everything that was published, made again from nothing by batches of that size."""
    with guards_asleep("opendata_release"):
        Release.objects.all()._raw_delete("default")
    ReaderCursor.objects.filter(name=READER).update(next_leaf=0)
    catch_up(size=size)
    return list(
        Release.objects.values_list("leaf_id", "ocid", "region_id", "date", "tags", "content", "sha256")
    )


def test_together_or_one_by_one_entries_lead_to_the_same_bytes() -> None:
    furnish_some()
    catch_up(size=1)
    assert read_anew(size=200) == read_anew(size=7) == read_anew(size=1) != []


def test_a_batch_asks_as_often_for_many_orders_as_for_few() -> None:
    def queries_for(orders: int) -> int:
        at = factories.office()
        for _n in range(orders):
            factories.story("ACCEPTED", at=at)
        while sequencer.integrate():
            pass
        (reader,) = [each for each in registry.readers() if each.name == READER]
        before = Release.objects.count()
        with CaptureQueriesContext(connection) as asked:
            read_batch(reader)
        assert Release.objects.count() - before == 5 * orders
        return len(asked)

    assert queries_for(1) == queries_for(3) <= 20


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE opendata_release SET content = '{}'",
        "DELETE FROM opendata_release",
        "TRUNCATE opendata_release",
    ],
)
def test_what_was_published_stays(attack: str) -> None:
    factories.story()
    catch_up()
    before = list(Release.objects.values())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack)
    assert list(Release.objects.values()) == before


def test_a_poisoned_entry_holds_the_feed_back_and_comes_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    story = factories.story("AWAITING_VENDOR")

    def breaks(entry: Entry, subjects: Subjects) -> list[telling.Told]:
        raise ValueError("poison")

    with monkeypatch.context() as patched:
        patched.setitem(telling._TELLERS, "purchase.approve", breaks)
        catch_up()
        for name in ("confirm", "ship", "receive"):
            story.take(name)
        catch_up()
    parked = ParkedEntry.objects.get(reader=READER)
    assert horizon() == parked.leaf_index
    assert Release.objects.filter(leaf_id__gt=parked.leaf_index).exists()
    assert all(json.loads(text)["tag"][0] == "planning" for text in stream())
    assert {each.leaf_id < parked.leaf_index for each in feed(limit=50)} == {True}

    retry_entry(actor=people.actor(Role.OPERATOR), parked_id=parked.pk)
    catch_up()
    assert horizon() > parked.leaf_index
    told = [json.loads(text) for text in stream()]
    assert [each["tag"] for each in told] == [
        ["planning", "tender", "award"],
        ["awardUpdate"],
        ["contract"],
        ["implementation"],
    ]
    assert [each["date"] for each in told] == sorted({each["date"] for each in told})
    assert_merged_is_present()


def test_dates_follow_the_log_where_two_acts_took_their_moments_the_other_way_round() -> None:
    story = factories.story("AWAITING_VENDOR")
    with clock.frozen(story.purchase.submitted_at - timedelta(hours=1)):
        story.take("decline")
    catch_up()
    dates = [json.loads(text)["date"] for text in stream()]
    assert dates == sorted(set(dates)) and len(dates) == 3
    assert_merged_is_present()


def test_a_page_of_the_feed_never_splits_an_entry() -> None:
    for _n in range(3):
        factories.story("ORDERED")
    catch_up()
    whole = [each.pk for each in feed(limit=1_000)]
    since, found = 0, []
    while page := feed(since, limit=2):
        found += [each.pk for each in page]
        since = page[-1].leaf_id + 1
    assert found == whole == list(Release.objects.values_list("pk", flat=True))


def test_what_the_public_is_not_told_makes_no_release() -> None:
    story = factories.story("DELIVERED")
    catch_up()
    before = Release.objects.count()
    story.take("inspect")
    story.take("sign_bast")
    catch_up()
    assert Release.objects.count() == before

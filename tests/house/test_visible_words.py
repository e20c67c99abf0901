"""Names of the program stay in the program: what people read calls acts, things and rules as people do.

Every page of the rooms that watch is drawn for a region in which everything there is has happened once; no dotted
name of an act, and no bare name of a kind of thing, may stand in its text but in `<code>`.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from marketplace.accounts.roles import Role
from marketplace.audit import acts, kinds, queries, words
from marketplace.audit.models import Entry
from marketplace.events import runner
from tests import people
from tests.house.addresses import addresses
from tests.house.specimens import Specimens

NOT_READ = {"code", "script", "style", "head"}
ROOMS = (
    "audit/",
    "pemeriksaan/",
    "temuan/",
    "rekomendasi/",
    "tindak-lanjut/",
    "tanda-bahaya/",
    "peringatan/",
    "rekonsiliasi/",
    "bayar/",
    "buku/",
    "kabar-pembayaran/",
    "perbendaharaan/",
    "pesanan/",
    "meja/",
    "kelola/",
    "dasbor/",
)
LOOKERS = (Role.AUDITOR, Role.OPERATOR, Role.TREASURER)


class Text(HTMLParser):
    """The text of a page that people read, with the labels that are read to them."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._closed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_READ:
            self._closed.append(tag)
        self.words += [str(value) for name, value in attrs if name in {"aria-label", "title", "placeholder"}]

    def handle_endtag(self, tag: str) -> None:
        if self._closed and self._closed[-1] == tag:
            self._closed.pop()

    def handle_data(self, data: str) -> None:
        if not self._closed:
            self.words.append(data)


def text_of(html: str) -> str:
    reader = Text()
    reader.feed(html)
    return " ".join(reader.words)


def test_the_reader_of_pages_hears_text_and_labels_but_not_code() -> None:
    html = '<p title="purchase.send">satu <code>purchase.approve</code> dua</p><script>purchase.pay</script>'
    assert text_of(html).split() == ["purchase.send", "satu", "dua"]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_no_name_of_an_act_stands_in_what_people_read() -> None:
    own = Specimens.of(people.region())
    runner.drain()
    names = re.compile(r"(?<![\w.])(" + "|".join(re.escape(act.name) for act in acts.known()) + r")(?![\w.])")
    wrong, seen = set(), 0
    for role in LOOKERS:
        client = people.signed_in(people.appointment(role, own.home(role)))
        for address in addresses():
            if not address.ours or not address.route.startswith(ROOMS):
                continue
            path = own.path(address)
            answer = client.get(path)
            if answer.status_code != 200 or b"<html" not in getattr(answer, "content", b""):
                continue
            seen += 1
            text = text_of(answer.content.decode())
            wrong |= {(address.route, found) for found in names.findall(text)}
    assert seen > 60 and not wrong, sorted(wrong)


@pytest.mark.django_db(transaction=True)
def test_what_the_log_tells_holds_no_codes() -> None:
    """Neither the code of a choice nor `kind:id`; each is looked up for all entries of a page at once."""
    Specimens.of(people.region())
    runner.drain()
    lines = queries.lines_of(Entry.objects.order_by("pk"))
    code = re.compile(r"(?<![\w./-])([A-Z]{3,}_[A-Z_]+|[a-z]+(?:_[a-z]+)+|[a-z_]+:[0-9]+)(?![\w./-])")
    wrong = {(line.entry.act, found) for line in lines for found in code.findall(line.sentence)}
    assert len({line.entry.act for line in lines}) > 40 and not wrong, sorted(wrong)


@pytest.mark.django_db(transaction=True)
def test_everything_the_log_tells_of_has_a_name() -> None:
    Specimens.of(people.region())
    runner.drain()
    told = set(Entry.objects.order_by().values_list("aggregate_type", flat=True).distinct())
    assert len(told) > 20
    assert not {kind for kind in told if words.title_of(kind) == kind}
    rooms = {act.name.partition(".")[0] for act in acts.known()} - {"test"}
    assert not {room for room in rooms if words.title_of(room) == room}
    assert told <= {kind for kind, _title in kinds.listed()} | {"test"}


def test_kinds_and_acts_are_called_in_words() -> None:
    assert words.title_of("purchase") == "Pesanan" and words.title_of("basket") == "Keranjang"
    assert words.title_of("unheard_of") == "Unheard_of"
    assert acts.get("purchase.approve").title == "Menyetujui pesanan … senilai …"
    grouped = dict(kinds.acts_by_room(whole=True))
    assert grouped["Pesanan"][0] == ("purchase", "semua perbuatan")
    assert ("purchase.approve", "Menyetujui pesanan … senilai …") in grouped["Pesanan"]

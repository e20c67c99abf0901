"""The list of synonyms: what is shipped is sound, phrases and one-way groups are read, old versions stay readable."""

from __future__ import annotations

import hashlib

import pytest

from search import synonyms
from search.indonesian import DATA
from search.synonyms import Book, Group, asked, read_list

FIRST = "7bdf81fbc590d490b383980a2b0c59de3db2768643bf647c5460084a66e16f23"


def test_the_shipped_list_is_sound():
    seen: dict[tuple[str, ...], Group] = {}
    for group in synonyms.shipped().groups.values():
        read = [asked(member) for member in group.members]
        assert len(set(read)) == len(read), group
        assert all(read), group
        assert all(len(member) <= 80 for member in group.members)
        if not group.one_way:
            assert not [seen[phrase] for phrase in read if phrase in seen], group
            seen.update(dict.fromkeys(read, group))
    assert len([group for group in synonyms.shipped().groups.values() if len(group.members) > 1]) >= 200


def book(text: str) -> Book:
    return Book(1, read_list(text))


def test_a_group_works_in_every_direction_and_a_one_way_group_in_one():
    both = book("laptop = notebook\nlaptop > chromebook")

    assert both.meanings(("laptop",)) == (("laptop",), ("notebook",), ("chromebook",))
    assert both.meanings(("notebook",)) == (("notebook",), ("laptop",))
    assert both.meanings(("chromebook",)) == (("chromebook",),)


def test_the_longest_phrase_is_taken_and_a_kept_phrase_is_no_part_of_another_meaning():
    read = book("ac = pendingin ruangan\nservis ac = cuci ac\nac dc")

    assert read.phrases(["servis", "ac", "split"])[0] == (("servis", "ac"), ("cuci", "ac"))
    assert read.phrases(["adaptor", "ac", "dc"]) == [(("adaptor",),), (("ac", "dc"),)]
    assert read.phrases(["ac"]) == [(("ac",), ("dingin", "ruang"))]


def test_words_that_say_nothing_are_left_out_of_what_is_asked_but_not_of_what_is_found():
    read = book("dokumentasi = foto dan video")

    assert read.meanings(("foto", "video")) == (("foto", "video"), ("foto", "dan", "video"), ("dokumentasi",))


def test_the_next_version_leaves_the_old_one_alone():
    old = book("a1 = b1\nc1 = d1")
    new = old.with_group(1, Group(("a1", "b1", "e1"))).with_group(2, None)

    assert (old.version, new.version) == (1, 3)
    assert old.meanings(("a1",)) == (("a1",), ("b1",))
    assert new.meanings(("e1",)) == (("e1",), ("a1",), ("b1",))
    assert new.meanings(("c1",)) == (("c1",),)


@pytest.mark.django_db
def test_an_unknown_version_is_refused():
    with pytest.raises(LookupError):
        synonyms.book(99)


def test_the_first_version_is_what_it_was():
    """Answers of the past name it: change the list at its desk, never this file."""
    told = (DATA / "synonyms.txt").read_bytes()

    assert hashlib.sha256(told).hexdigest() == FIRST

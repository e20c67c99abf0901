"""Changing the list of synonyms: each change is a row, a version and an entry of the log; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from django.db import connection
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, doing
from search import synonyms
from search.models import SynonymChange
from search.synonyms import Book, Group, asked

MOST_MEMBERS: Final = 15
LONGEST_MEMBER: Final = 80
MOST_WORDS: Final = 6


def add_synonyms(
    *, actor: Actor, members: Sequence[str], one_way: bool = False, reason: str, version: int
) -> SynonymChange:
    """Add a group; the list gets its next version.

    Args:
        one_way: who asks for the first member also finds the others, and not the reverse.
        reason: why, 10 to 500 letters.
        version: the version the change was made from.

    Raises Refused `reason`, `stale`, and those of `checked_group`.
    """

    def next_group(book: Book) -> tuple[int, Group | None]:
        number = max([*synonyms.shipped().groups, *SynonymChange.objects.values_list("group", flat=True)]) + 1
        return number, checked_group(book, members, one_way=one_way)

    return _changing(actor, "search.synonym_add", reason, version, next_group)


def change_synonyms(
    *, actor: Actor, number: int, members: Sequence[str], one_way: bool = False, reason: str, version: int
) -> SynonymChange:
    """Give a group other members; the list gets its next version.

    Raises Refused `synonym_same`, `synonym_ended`, and those of `add_synonyms`.
    """

    def next_group(book: Book) -> tuple[int, Group | None]:
        before = _standing(book, number)
        group = checked_group(book, members, one_way=one_way, number=number)
        if group == before:
            raise Refused(
                "synonym_same", _("Kelompok ini tidak berubah."), fix=_("Ubah anggotanya atau arahnya.")
            )
        return number, group

    return _changing(actor, "search.synonym_change", reason, version, next_group)


def end_synonyms(*, actor: Actor, number: int, reason: str, version: int) -> SynonymChange:
    """End a group; the list gets its next version. Raises Refused `synonym_ended`, `reason`, `stale`."""

    def next_group(book: Book) -> tuple[int, Group | None]:
        _standing(book, number)
        return number, None

    return _changing(actor, "search.synonym_end", reason, version, next_group)


def checked_group(book: Book, members: Sequence[str], *, one_way: bool, number: int = 0) -> Group:
    """The group of these members, if the list may have it.

    Args:
        number: the group that is changed; 0 for a new one.

    Raises Refused `synonym_few`, `synonym_many`, `synonym_long`, `synonym_empty`, `synonym_twice`,
    `synonym_elsewhere`.
    """
    said = [" ".join(member.split()) for member in members if member.strip()]
    if len(said) < 2:
        raise Refused(
            "synonym_few",
            _("Kelompok sinonim memerlukan sedikitnya dua kata."),
            fix=_("Tulis satu kata atau frasa per baris."),
        )
    if len(said) > MOST_MEMBERS:
        raise Refused(
            "synonym_many",
            _("Kelompok sinonim paling banyak %(most)s anggota.") % {"most": MOST_MEMBERS},
            fix=_("Pecah menjadi beberapa kelompok yang maknanya lebih sempit."),
        )
    seen: dict[tuple[str, ...], str] = {}
    for member in said:
        _check_member(member, seen)
    if not one_way:
        _check_others(book, seen, number)
    return Group(tuple(said), one_way=one_way)


def _check_member(member: str, seen: dict[tuple[str, ...], str]) -> None:
    read = asked(member)
    if len(member) > LONGEST_MEMBER or len(read) > MOST_WORDS:
        raise Refused(
            "synonym_long",
            _("“%(member)s” terlalu panjang untuk sinonim.") % {"member": member[:LONGEST_MEMBER]},
            fix=_("Pakai frasa pendek, paling banyak enam kata."),
        )
    if not read or not any(any(map(str.isalpha, word)) for word in read):
        raise Refused(
            "synonym_empty",
            _("“%(member)s” tidak berisi kata yang dapat dicari.") % {"member": member},
            fix=_("Tulis nama barang atau jasa."),
        )
    if read in seen:
        raise Refused(
            "synonym_twice",
            _("“%(one)s” dan “%(other)s” sudah dibaca sama oleh pencarian.")
            % {"one": seen[read], "other": member},
            fix=_("Hapus salah satunya: imbuhan dan ejaan sehari-hari sudah disamakan."),
        )
    seen[read] = member


def _check_others(book: Book, seen: dict[tuple[str, ...], str], number: int) -> None:
    for other, group in book.groups.items():
        if other == number or group.one_way or len(group.members) < 2:
            continue
        for phrase in map(asked, group.members):
            if phrase in seen:
                raise Refused(
                    "synonym_elsewhere",
                    _("“%(member)s” sudah ada dalam kelompok “%(group)s”.")
                    % {"member": seen[phrase], "group": str(group)},
                    fix=_("Ubah kelompok itu, atau buat kelompok satu arah."),
                )


def _standing(book: Book, number: int) -> Group:
    group = book.groups.get(number)
    if group is None:
        raise Refused(
            "synonym_ended",
            _("Kelompok ini sudah berakhir atau tidak ada."),
            fix=_("Buat kelompok baru bila kata-katanya masih diperlukan."),
        )
    return group


def _changing(
    actor: Actor,
    act: str,
    reason: str,
    version: int,
    next_group: Callable[[Book], tuple[int, Group | None]],
) -> SynonymChange:
    """Lock the list, check, write the next version and its entry."""
    actor.require(Role.CURATOR)
    told = _said(reason)
    with doing(actor=actor) as deed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('search.synonyms'))")
        newest = synonyms.newest_version()
        if version != newest:
            raise Refused(
                "stale",
                _("Daftar sinonim sudah diubah orang lain: kini versi %(newest)s.") % {"newest": newest},
                fix=_("Muat ulang halaman, lihat pengaruhnya lagi, lalu simpan."),
            )
        book = synonyms.read_book(newest)
        number, group = next_group(book)
        change = _row(deed, newest + 1, number, group, told)
        deed.record(act, ("synonym_group", str(number)), _facts(change, book.groups.get(number)))
        deed.after_commit(synonyms.forget_synonyms)
    return change


def _row(deed: Deed, version: int, number: int, group: Group | None, reason: str) -> SynonymChange:
    return SynonymChange.objects.create(
        version=version,
        group=number,
        members=list(group.members) if group else [],
        one_way=bool(group and group.one_way),
        reason=reason,
        changed_by_id=cast(int, deed.actor.user_id),  # a curator is a person
        changed_at=deed.at,
    )


def _facts(change: SynonymChange, before: Group | None) -> dict[str, Any]:
    return {
        "version": change.version,
        "group": change.group,
        "members": (" > " if change.one_way else " = ").join(change.members),
        "one_way": change.one_way,
        "before": str(before) if before else None,
        "reason": change.reason,
    }


def _said(reason: str) -> str:
    bare = " ".join(reason.split())
    if not 10 <= len(bare) <= 500:
        raise Refused(
            "reason",
            _("Alasan wajib ditulis, 10 sampai 500 huruf."),
            fix=_("Sebut apa yang dicari pembeli dan mengapa kelompok ini perlu berubah."),
        )
    return bare

"""Saved searches: kept, renamed, paused, resumed and let go by the person whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed, doing
from search.models import SavedSearch
from search.models.saved import LONGEST_NAME
from search.question import Question
from search.saved_reading import get_saved_search_for, newest_arrival, saved_searches_for

MOST_SAVED: Final = 50


def save_search(*, actor: Actor, name: str, question: Question) -> SavedSearch:
    """Keep a question under a name, and tell of listings that arrive from now on.

    The regions of the actor's appointment of today are looked up whenever something is told.

    Raises Refused `signed_out`, `saved_empty`, `saved_name`, `saved_many`, `saved_name_taken`, `saved_already`.
    """
    _require_person(actor)
    if not question.text and not question.filtered:
        raise Refused(
            "saved_empty",
            _("Pencarian ini tidak berisi kata atau saringan, sehingga setiap produk baru akan cocok."),
            fix=_("Cari dengan kata atau saringan dahulu, lalu simpan."),
        )
    told = _named(name)
    query = question.query_string()
    with doing(actor=actor) as deed:
        _lock_owner(actor)
        mine = list(saved_searches_for(actor))
        if len(mine) >= MOST_SAVED:
            raise Refused(
                "saved_many",
                _("Anda sudah menyimpan %(most)s pencarian, paling banyak yang dapat disimpan.")
                % {"most": MOST_SAVED},
                fix=_("Hapus pencarian tersimpan yang tidak dipakai lagi."),
            )
        same = next((each for each in mine if each.query == query), None)
        if same is not None:
            raise Refused(
                "saved_already",
                _("Pencarian yang sama sudah tersimpan sebagai “%(name)s”.") % {"name": same.name},
                fix=_("Buka atau ganti namanya di daftar pencarian tersimpan."),
            )
        _check_free(mine, told)
        saved = SavedSearch.objects.create(
            owner_id=cast(int, actor.user_id),
            appointment_id=actor.appointment_id,
            name=told,
            query=query,
            saved_at=deed.at,
            look_at=deed.at,
            seen_to=newest_arrival(),
        )
        deed.record("search.save", saved, {"name": told})
    return saved


def rename_search(*, actor: Actor, pk: int, name: str) -> SavedSearch:
    """Give a saved search another name.

    Raises Refused `saved_name`, `saved_same_name`, `saved_name_taken`; SavedSearch.DoesNotExist for others' searches.
    """
    told = _named(name)
    with _changing(actor, pk) as (deed, saved):
        before = saved.name
        if told == before:
            raise Refused(
                "saved_same_name", _("Namanya sudah begitu."), fix=_("Tulis nama lain, atau biarkan saja.")
            )
        _check_free([each for each in saved_searches_for(actor) if each.pk != pk], told)
        saved.name = told
        saved.save(update_fields=["name"])
        deed.record("search.rename", saved, {"name": told, "before": before})
    return saved


def pause_search(*, actor: Actor, pk: int) -> SavedSearch:
    """Tell nothing of a saved search for now. Raises Refused `saved_paused`; SavedSearch.DoesNotExist."""
    with _changing(actor, pk) as (deed, saved):
        if saved.paused_at is not None:
            raise Refused(
                "saved_paused", _("Kabar pencarian ini sudah dijeda."), fix=_("Muat ulang halaman.")
            )
        saved.paused_at = deed.at
        saved.save(update_fields=["paused_at"])
        deed.record("search.pause", saved, {"name": saved.name})
    return saved


def resume_search(*, actor: Actor, pk: int) -> SavedSearch:
    """Tell of new listings again, not of those that arrived during the pause.

    Raises Refused `saved_running`; SavedSearch.DoesNotExist.
    """
    with _changing(actor, pk) as (deed, saved):
        if saved.paused_at is None:
            raise Refused(
                "saved_running", _("Kabar pencarian ini tidak sedang dijeda."), fix=_("Muat ulang halaman.")
            )
        saved.paused_at, saved.seen_to = None, newest_arrival()
        saved.save(update_fields=["paused_at", "seen_to"])
        deed.record("search.resume", saved, {"name": saved.name})
    return saved


def unsave_search(*, actor: Actor, pk: int) -> None:
    """Let go of a saved search and what was told of it; the log keeps its name.

    Raises SavedSearch.DoesNotExist.
    """
    with _changing(actor, pk) as (deed, saved):
        deed.record("search.unsave", saved, {"name": saved.name})
        saved.delete()


@contextmanager
def _changing(actor: Actor, pk: int) -> Iterator[tuple[Deed, SavedSearch]]:
    """Lock the owner's searches, and of them the one to change."""
    _require_person(actor)
    with doing(actor=actor) as deed:
        _lock_owner(actor)
        yield deed, get_saved_search_for(actor, pk, locked=True)


def _lock_owner(actor: Actor) -> None:
    """One change at a time of one person's searches, so that number and names can be checked."""
    User.objects.select_for_update(no_key=True).get(pk=cast(int, actor.user_id))


def _require_person(actor: Actor) -> None:
    if not actor.signed_in:
        raise Refused(
            "signed_out",
            _("Pencarian hanya dapat disimpan oleh orang yang sudah masuk."),
            fix=_("Masuk dengan akun Anda."),
        )


def _named(name: str) -> str:
    told = " ".join(name.replace("\x00", " ").split())
    if not 0 < len(told) <= LONGEST_NAME:
        raise Refused(
            "saved_name",
            _("Nama pencarian wajib diisi, paling banyak %(most)s huruf.") % {"most": LONGEST_NAME},
            fix=_("Tulis nama pendek yang mengingatkan Anda pada isinya."),
        )
    return told


def _check_free(others: list[SavedSearch], name: str) -> None:
    if any(each.name.lower() == name.lower() for each in others):
        raise Refused(
            "saved_name_taken",
            _("Anda sudah memakai nama “%(name)s” untuk pencarian lain.") % {"name": name},
            fix=_("Pilih nama lain."),
        )

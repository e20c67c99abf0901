"""From an entry of the log to notices: who holds the next step hears of it, in the tray and by e-mail.

A room tells whom an entry of its own is news for through `settings.NOTICE_SOURCES`: by aggregate, the dotted path
of a function `(entry) -> News | None`. The sentence is the one the act is registered with, told of the office
that acted: a notice holds business facts, not a colleague's name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.accounts.queries import officers_of
from marketplace.accounts.roles import LABELS, Role
from marketplace.audit import acts
from marketplace.audit.models import Entry
from marketplace.audit.words import names_of
from marketplace.core import clock
from marketplace.events.actions import enqueue, enqueue_many
from marketplace.events.mailing import send_mail
from marketplace.events.models import Notice
from marketplace.events.queries import News, Recipient

STALE_AFTER: Final = timedelta(days=1)
"""Older news stays in the tray and is not mailed: a reader that catches up must not flood people."""


def tell(entry: Entry) -> list[Notice]:
    """Write the notices an entry gives rise to, and enqueue their mails. Runs in the reader's transaction."""
    path = settings.NOTICE_SOURCES.get(entry.aggregate_type)
    if path is None:
        return []
    source: Callable[[Entry], News | None] = import_string(path)
    news = source(entry)
    if news is None:
        return []
    sentence = sentence_of(entry, news.next_step)
    others = [recipient for recipient in news.recipients if not _acted(entry, recipient)]
    notices = [_notice(entry, recipient, sentence, news.url) for recipient in others]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if clock.now() - entry.at < STALE_AFTER:
        for pk in Notice.objects.filter(entry=entry).values_list("pk", flat=True):
            enqueue("events.mail_notice", {"notice": pk}, key=str(pk))
    return notices


@dataclass(frozen=True, slots=True)
class Letter:
    """A sentence for one tray about an entry that the caller just wrote."""

    entry: Entry
    tray: Recipient
    sentence: str
    url: str


def write(letters: Sequence[Letter]) -> list[Notice]:
    """Write notices and enqueue their mails, in the caller's transaction: a few statements, however many."""
    made = Notice.objects.bulk_create(
        _notice(letter.entry, letter.tray, letter.sentence, letter.url) for letter in letters
    )
    enqueue_many("events.mail_notice", [(str(notice.pk), {"notice": notice.pk}) for notice in made])
    return made


def sentence_of(entry: Entry, next_step: str = "") -> str:
    """The act's registered sentence, told of the office that acted, and the reader's next step."""
    act = acts.find(entry.act)
    office = " ".join(filter(None, (_role_label(entry.actor_role), entry.organisation_name)))
    sentence = (
        act.tell(entry.facts, actor=office, names=names_of(act.things(entry.facts))) if act else entry.act
    )
    if next_step:
        sentence += ". " + _("Giliran Anda: %(step)s") % {"step": next_step}
    return sentence + "."


def mail(notice_id: int) -> int:
    """Send a notice to those it is for; returns to how many. A notice that was mailed is not mailed again."""
    notice = Notice.objects.filter(pk=notice_id, mailed_at=None).first()
    if notice is None:
        return 0
    readers = readers_of(notice)
    for address, appointment_id in readers:
        # one message each: colleagues need not see each other's addresses, and a link is one person's own
        told = {
            "notice": notice,
            "address": settings.SITE_URL + notice.url if notice.url else settings.SITE_URL,
            "link": _answer_link(notice, appointment_id),
        }
        send_mail(address, notice.sentence, "email/notice.txt", told)
    Notice.objects.filter(pk=notice_id).update(mailed_at=clock.now())
    return len(readers)


def _answer_link(notice: Notice, appointment_id: int | None) -> str:
    """A link to answer with at once, where the room of the thing makes one (`settings.NOTICE_LINKS`)."""
    path = settings.NOTICE_LINKS.get(notice.entry.aggregate_type)
    if path is None or appointment_id is None:
        return ""
    maker: Callable[[Entry, int], str] = import_string(path)
    found = maker(notice.entry, appointment_id)
    return settings.SITE_URL + found if found else ""


def addresses_of(notice: Notice) -> list[str]:
    """The e-mail addresses behind a notice: the person's, or those of everybody who holds the office today."""
    return [address for address, _appointment in readers_of(notice)]


def readers_of(notice: Notice) -> list[tuple[str, int | None]]:
    """(address, appointment) of those a notice is for; a person addressed as such comes without an appointment."""
    if notice.user_id is not None:
        people = User.objects.filter(pk=notice.user_id, is_active=True)
        return [(address, None) for address in people.values_list("email", flat=True)]
    assert notice.organisation_id is not None, "the database lets no notice be without a recipient"
    officers = officers_of(notice.organisation_id, Role(notice.role))
    return sorted({each.user.email: each.pk for each in officers}.items())


def _acted(entry: Entry, recipient: Recipient) -> bool:
    """Whether the entry is the recipient's own act, which is no news to them."""
    if recipient.user_id is not None:
        return recipient.user_id == entry.user_id
    return (recipient.organisation_id, recipient.role) == (entry.organisation_id, entry.actor_role)


def _notice(entry: Entry, recipient: Recipient, sentence: str, url: str) -> Notice:
    return Notice(
        entry=entry,
        user_id=recipient.user_id,
        organisation_id=recipient.organisation_id,
        role=recipient.role,
        sentence=sentence,
        url=url,
        created_at=entry.at,
    )


def _role_label(role: str) -> str:
    return LABELS[Role(role)] if role in Role.__members__.values() else role

"""Whom an entry about a flag is news for: the officers who are asked, and the auditor who is answered."""

from __future__ import annotations

from marketplace.audit.models import Entry
from marketplace.events.queries import News, Recipient
from procurement.redflags.deadlines import answering
from procurement.redflags.models import RedFlag
from procurement.redflags.workflow import RED_FLAG


def notice_recipients(entry: Entry) -> News | None:
    """The news of an entry; None for one that asks nothing of anybody."""
    if entry.act not in {"red_flag.ask", "red_flag.answer"}:
        return None
    flag = RedFlag.objects.select_related("purchase").filter(pk=int(entry.aggregate_id)).first()
    if flag is None:
        return None
    if entry.act == "red_flag.ask":
        asked = tuple(each.tray for each in answering(flag))
        return News(asked, flag.get_absolute_url(), RED_FLAG.move("answer").label)
    if flag.reviewer_id is None:
        return None
    return News((Recipient(user_id=flag.reviewer_id),), flag.get_absolute_url(), RED_FLAG.move("clear").label)

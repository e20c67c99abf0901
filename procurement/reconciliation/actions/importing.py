"""Taking in a bank's file: whole or not at all, once, and only where the account's earlier statements leave off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from marketplace.accounts.actors import Actor
from marketplace.accounts.personal_data import masked
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.events.actions import enqueue
from marketplace.workflow.door import Deed, doing
from procurement.reconciliation.actions.accounts import hash_of
from procurement.reconciliation.actions.matching import Summary, match_region
from procurement.reconciliation.models import BankStatement, OwnAccount, StatementFile, StatementLine
from procurement.reconciliation.queries import accounts_for
from procurement.reconciliation.reading import ReadFile, ReadLine, ReadStatement, read_file, shown
from procurement.reconciliation.reading.parsed import counted
from procurement.reconciliation.workflow import KEEPERS

_DIGITS_OF_PARTY = re.compile(r"\d{6,}")


@dataclass(slots=True)
class Imported:
    """What came of a file. `known` is true when nothing was new; then nothing at all was written."""

    format: str
    statements: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    lines: int = 0
    dry_run: bool = False
    summary: Summary = field(default_factory=Summary)

    @property
    def known(self) -> bool:
        """Whether every statement of the file had been imported before."""
        return not self.statements


def import_statement(
    *, actor: Actor, content: bytes, account_id: int | None = None, dry_run: bool = False
) -> Imported:
    """Import a file of one or many statements and match its lines.

    The same file, or a statement that is there already, is passed over and named in `skipped`. With `dry_run` every
    check is made and nothing is written. Raises Refused of `read_file`, and `statement.unknown_account`,
    `statement.wrong_account` (the file is of another account than `account_id`), `statement.currency`,
    `statement.changed` (same number, other content), `statement.gap` (which one is missing), `statement.overlap`,
    `wrong_role`; nothing is written then.
    """
    actor.require(*KEEPERS, Role.SYSTEM)
    read = read_file(content)
    digest = sha256(content).hexdigest()
    accounts = _accounts(actor, read, account_id)
    outcome = Imported(read.format, dry_run=dry_run)
    if dry_run:
        _check_all(read, accounts, outcome)
        return outcome
    with doing(actor=actor) as deed:
        list(_locked(accounts))
        new = _check_all(read, accounts, outcome)
        if new:
            _keep(deed, actor, digest, len(content), read, new, accounts)
            for region_id in sorted({account.region_id for account in accounts.values()}):
                enqueue("reconciliation.match", {"region": region_id}, key=f"{region_id}:{digest}")
    if new:
        regions = sorted({account.region_id for account in accounts.values()})
        outcome.summary = sum((match_region(region) for region in regions), Summary())
    return outcome


def _locked(accounts: Mapping[str, OwnAccount]) -> list[OwnAccount]:
    """The accounts' rows, locked in one order: a statement waits for another of the same account."""
    pks = [account.pk for account in accounts.values()]
    return list(OwnAccount.objects.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",)))


def _accounts(actor: Actor, read: ReadFile, account_id: int | None) -> dict[str, OwnAccount]:
    """By number as stated: the registered accounts, all within the actor's reach."""
    reach = OwnAccount.objects.all() if actor.role is Role.SYSTEM else accounts_for(actor)
    by_hash = {account.number_hash: account for account in reach}
    found: dict[str, OwnAccount] = {}
    for number in sorted({each.account for each in read.statements}):
        account = by_hash.get(hash_of(number))
        if account is None:
            raise Refused(
                "statement.unknown_account",
                f"Rekening {masked(number)} tidak terdaftar pada Anda.",
                fix="Periksa apakah berkas ini dari rekening yang benar; operator mendaftarkan rekening baru.",
            )
        if account_id is not None and account.pk != account_id:
            raise Refused(
                "statement.wrong_account",
                f"Berkas ini dari rekening {account.number_masked}, bukan rekening yang dipilih.",
                fix="Pilih rekening yang sama dengan isi berkas.",
            )
        found[number] = account
    return found


def _check_all(read: ReadFile, accounts: Mapping[str, OwnAccount], outcome: Imported) -> list[ReadStatement]:
    """The statements that are new, each checked against the one before it."""
    new: list[ReadStatement] = []
    last = {number: _last(account) for number, account in accounts.items()}
    outcome.statements, outcome.skipped, outcome.lines = [], [], 0
    for statement in read.statements:
        account = accounts[statement.account]
        if statement.currency != account.currency:
            raise Refused(
                "statement.currency",
                f"Rekening koran {statement.number} dalam {statement.currency}, rekeningnya {account.currency}.",
            )
        if _is_known(account, statement):
            outcome.skipped.append(_name(statement))
            continue
        before = last[statement.account]
        if before is not None:
            _insist_continues(before, statement)
        last[statement.account] = _Last.of(statement)
        new.append(statement)
        outcome.statements.append(_name(statement))
        outcome.lines += len(statement.lines)
    return new


def _name(statement: ReadStatement) -> str:
    return f"{statement.number}/{statement.period_to.year}"


def _is_known(account: OwnAccount, statement: ReadStatement) -> bool:
    known = BankStatement.objects.filter(
        account=account, year=statement.period_to.year, number=statement.number
    ).first()
    if known is None:
        return False
    if known.content_hash != statement.content_hash:
        raise Refused(
            "statement.changed",
            f"Rekening koran {_name(statement)} sudah diimpor dengan isi yang berbeda: saldo akhir "
            f"{shown(known.closing)}, kini {shown(statement.closing)}.",
            rule="Rekening koran yang sudah diimpor tidak berubah",
            fix="Tanyakan kepada bank mengapa rekening koran dengan nomor yang sama berubah.",
        )
    return True


@dataclass(frozen=True, slots=True)
class _Last:
    """The statement a further one has to continue."""

    statement: ReadStatement | BankStatement

    @classmethod
    def of(cls, statement: ReadStatement) -> _Last:
        return cls(statement)

    @property
    def sequence(self) -> int | None:
        return counted(self.statement.number)


def _last(account: OwnAccount) -> _Last | None:
    found = BankStatement.objects.filter(account=account).order_by("-period_to", "-pk").first()
    return None if found is None else _Last(found)


def _insist_continues(last: _Last, statement: ReadStatement) -> None:
    """Raise Refused `statement.overlap` or `statement.gap` unless a statement begins where the last one ended."""
    before = last.statement
    if statement.period_from < before.period_to or statement.period_to < before.period_to:
        raise Refused(
            "statement.overlap",
            f"Rekening koran {_name(statement)} mulai {statement.period_from:%d/%m/%Y}, padahal sampai "
            f"{before.period_to:%d/%m/%Y} sudah diimpor.",
            rule="Setiap hari ada dalam satu rekening koran saja",
            fix="Unduh rekening koran mulai hari sesudahnya.",
        )
    expected = _expected(last, statement)
    if expected is not None and statement.sequence != expected:
        raise _gap(f"nomor {expected}", last, statement)
    if statement.opening != before.closing:
        first = before.period_to + timedelta(days=1)
        raise _gap(f"dari {first:%d/%m/%Y} sampai {statement.period_from:%d/%m/%Y}", last, statement)


def _expected(last: _Last, statement: ReadStatement) -> int | None:
    """The number that must follow, where the bank counts; a new year may begin with 1."""
    if statement.sequence is None or last.sequence is None:
        return None
    turned = statement.period_to.year != last.statement.period_to.year
    return 1 if turned and statement.sequence == 1 else last.sequence + 1


def _gap(missing: str, last: _Last, statement: ReadStatement) -> Refused:
    before = last.statement
    return Refused(
        "statement.gap",
        f"Ada rekening koran yang belum diimpor: {missing}. Yang terakhir, {before.number}, menutup dengan "
        f"{shown(before.closing)}; {_name(statement)} mulai dengan {shown(statement.opening)}.",
        rule="Saldo awal sama dengan saldo akhir rekening koran sebelumnya",
        fix="Impor dulu rekening koran yang belum ada.",
    )


def _keep(
    deed: Deed,
    actor: Actor,
    digest: str,
    size: int,
    read: ReadFile,
    new: list[ReadStatement],
    accounts: Mapping[str, OwnAccount],
) -> None:
    file = StatementFile.objects.create(
        sha256=digest, format=read.format, size=size, imported_by_id=actor.user_id, imported_at=deed.at
    )
    told = []
    for each in new:
        account = accounts[each.account]
        statement = _statement(file, account, each)
        lines = [_line(statement, account, number, line) for number, line in enumerate(each.lines, 1)]
        StatementLine.objects.bulk_create(lines, batch_size=2_000)
        told.append(("bank_statement.import", statement, _facts(statement, account, lines)))
    region = min(account.region_id for account in accounts.values())
    file.region_of_record = region  # type: ignore[attr-defined]
    counts = {"statements": len(new), "lines": sum(len(each.lines) for each in new)}
    deed.record("statement_file.import", file, {"format": read.format, "sha256": digest, **counts})
    deed.record_many(told)


def _statement(file: StatementFile, account: OwnAccount, read: ReadStatement) -> BankStatement:
    return BankStatement.objects.create(
        account=account,
        file=file,
        year=read.period_to.year,
        number=read.number,
        period_from=read.period_from,
        period_to=read.period_to,
        opening=read.opening,
        closing=read.closing,
        content_hash=read.content_hash,
    )


def _line(statement: BankStatement, account: OwnAccount, number: int, read: ReadLine) -> StatementLine:
    return StatementLine(
        statement=statement,
        account=account,
        number=number,
        booked_on=read.booked_on,
        value_on=read.value_on,
        amount=read.amount,
        is_reversal=read.is_reversal,
        code=read.code[:20],
        remark=read.remark[:1000],
        bank_reference=read.bank_reference[:80],
        counterparty=_masked_party(read.counterparty)[:80],
    )


def _masked_party(told: str) -> str:
    """Who was on the other side, account numbers hidden."""
    return _DIGITS_OF_PARTY.sub(lambda found: masked(found.group()), told)


def _facts(statement: BankStatement, account: OwnAccount, lines: list[StatementLine]) -> dict[str, object]:
    return {
        "number": str(statement),
        "account": account.number_masked,
        "lines": len(lines),
        "moved_sen": sum(line.amount for line in lines) if lines else None,
        "period_from": statement.period_from.isoformat(),
        "period_to": statement.period_to.isoformat(),
        "opening_sen": statement.opening,
        "closing_sen": statement.closing,
    }

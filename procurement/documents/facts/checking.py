"""Facts are held against the shape of their paper, and their sums against their parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NotRequired, get_args, get_origin, get_type_hints


class WrongFacts(ValueError):
    """Facts do not have the shape their paper needs: a programming error; the message names the place."""


def check(shape: type, facts: Mapping[str, Any]) -> None:
    """Raise WrongFacts unless `facts` have the `shape` (a TypedDict of this module) and their sums agree."""
    _check_record(shape, facts, "facts")
    _check_sums(facts)


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS: Final = frozenset(
    {
        "date", "order_date", "deliver_by", "deliver_by_before", "shipped_on", "checked_on", "bast_date", "due_on",
        "finish_by", "seen_on", "valid_until", "starts_on", "invitation_date", "negotiation_date", "replace_by",
    }
)  # fmt: skip


def _check_record(shape: type, value: object, where: str) -> None:
    if not isinstance(value, Mapping):
        raise WrongFacts(f"{where}: a record is needed, not {type(value).__name__}")
    hints = get_type_hints(shape, include_extras=True)
    optional = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
    missing = sorted(hints.keys() - optional - value.keys())
    unknown = sorted(value.keys() - hints.keys())
    if missing or unknown:
        raise WrongFacts(f"{where}: missing {missing}, unknown {unknown}")
    for name, member in value.items():
        hint = hints[name]
        _check_value(get_args(hint)[0] if name in optional else hint, member, f"{where}.{name}")
        if name in _DAYS and not _DAY.fullmatch(member):
            raise WrongFacts(f"{where}.{name}: a day is written 2026-10-08, not {member!r}")


def _check_value(hint: Any, value: object, where: str) -> None:
    if get_origin(hint) is list:
        if not isinstance(value, (list, tuple)):
            raise WrongFacts(f"{where}: a list is needed, not {type(value).__name__}")
        for index, member in enumerate(value):
            _check_value(get_args(hint)[0], member, f"{where}[{index}]")
    elif hint in (str, int, bool):
        # bool is an int in Python, but "yes" is no amount
        if type(value) is not hint:
            raise WrongFacts(f"{where}: {hint.__name__} is needed, not {type(value).__name__}")
    else:
        _check_record(hint, value, where)


def _check_sums(facts: Mapping[str, Any]) -> None:
    for holds, sentence in _SUMS:
        if not holds(facts):
            raise WrongFacts(sentence)


def _lines_add_up(facts: Mapping[str, Any]) -> bool:
    return "subtotal" not in facts or sum(line["total"] for line in facts["lines"]) == facts["subtotal"]


def _total_adds_up(facts: Mapping[str, Any]) -> bool:
    if "subtotal" not in facts:
        return True
    return bool(facts["subtotal"] + facts["shipping"] + facts["ppn"] == facts["total"])


def _taxes_add_up(facts: Mapping[str, Any]) -> bool:
    return "taxes" not in facts or sum(tax["amount"] for tax in facts["taxes"]) == facts["total"]


def _payment_adds_up(facts: Mapping[str, Any]) -> bool:
    if "amount_to_pay" not in facts:
        return True
    held_back = facts["advance_recovered"] + facts["penalty"] + facts["retention"]
    return bool(facts["value_due"] - held_back == facts["amount_to_pay"])


def _packages_add_up(facts: Mapping[str, Any]) -> bool:
    return "packages" not in facts or sum(each["value"] for each in facts["packages"]) == facts["total"]


def _agreed_prices_add_up(facts: Mapping[str, Any]) -> bool:
    return all(
        line["agreed_price"] * line["quantity"] == line["total"]
        for line in facts.get("lines", ())
        if "agreed_price" in line
    )


def _silence_has_its_rule(facts: Mapping[str, Any]) -> bool:
    return not facts.get("deemed") or bool(facts.get("deemed_rule"))


def _no_bargaining_has_its_reason(facts: Mapping[str, Any]) -> bool:
    return facts.get("negotiated", True) or bool(facts.get("reason"))


def _valuation_adds_up(facts: Mapping[str, Any]) -> bool:
    valued = facts.get("valuation")
    if valued is None:
        return True
    to_pay = valued["total"] - valued["fine_deducted"]
    return _lines_add_up(valued) and _total_adds_up(valued) and bool(to_pay == facts["value_to_pay"])


def _request_adds_up(facts: Mapping[str, Any]) -> bool:
    if "requested" not in facts:
        return True
    deducted = sum(each["amount"] for each in facts["deductions"])
    asked = sum(each["amount"] for each in facts["requested"])
    return bool(
        asked == facts["total"]
        and facts["total"] == facts["net"] + deducted == facts["net"] + facts["deducted"]
    )


_SUMS: Final[tuple[tuple[Callable[[Mapping[str, Any]], bool], str], ...]] = (
    (_lines_add_up, "subtotal is not the sum of the lines"),
    (_total_adds_up, "total is not subtotal + shipping + ppn"),
    (_taxes_add_up, "total is not the sum of the taxes"),
    (_payment_adds_up, "amount_to_pay is not value_due less what is held back"),
    (_request_adds_up, "total is not the sum requested, or not net plus deductions"),
    (_packages_add_up, "total is not the sum of the packages"),
    (_agreed_prices_add_up, "a line's total is not agreed_price × quantity"),
    (_silence_has_its_rule, "an acceptance by silence names its rule (deemed_rule)"),
    (_no_bargaining_has_its_reason, "a purchase without negotiation gives its reason"),
    (_valuation_adds_up, "value_to_pay is not the valuation's total less fine_deducted"),
)

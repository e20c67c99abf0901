"""Asking every rule in force about a region: one statement a rule, however many orders there are."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.core import clock
from procurement.redflags.cardinal import INDICATORS
from procurement.redflags.competing import competing_findings, contests_since
from procurement.redflags.finding import Finding
from procurement.redflags.rules import COLUMNS, RULES, Rule


def findings(
    region_id: int, since: datetime, until: datetime, *, codes: Container[str] | None = None
) -> Iterator[Finding]:
    """What all rules (or those of `codes`) find in the region's orders submitted from `since` to before `until`.

    Cardinal's indicators look at whole months of competitions, because they compare them with each other.
    """
    today = clock.today()
    for rule in RULES.values():
        if rule.in_force(today) and (codes is None or rule.code in codes):
            yield from asked(rule, region_id, since, until)
    if codes is None or any(code in codes for code in INDICATORS):
        first = min(since, contests_since(region_id))
        for found in competing_findings(region_id, first, until):
            if codes is None or found.rule in codes:
                yield found


def versions() -> dict[str, int]:
    """The version every rule and indicator that is asked today stands at."""
    today = clock.today()
    rules = {code: rule.version for code, rule in RULES.items() if rule.in_force(today)}
    return {**rules, **{code: kind.version for code, kind in INDICATORS.items()}}


def asked(rule: Rule, region_id: int, since: datetime, until: datetime) -> Iterator[Finding]:
    """What one rule finds: one statement, its rows as findings."""
    values = rule.values(region_id)
    given = {"region": region_id, "since": since, "until": until, **_as_parameters(values)}
    with connection.cursor() as cursor:
        cursor.execute(rule.sql, given)
        rows = cursor.fetchall()
    for row in rows:
        told = dict(zip(COLUMNS, row, strict=True))
        inputs = told.pop("inputs")
        inputs = json.loads(inputs) if isinstance(inputs, str) else inputs
        told["score"] = int(told["score"])
        grown = {name: inputs[name] for name in rule.growing & inputs.keys()}
        yield Finding(
            rule=rule.code,
            rule_version=rule.version,
            sentence=rule.sentence(inputs, values),
            legal_basis=rule.legal_basis,
            inputs={name: value for name, value in inputs.items() if name not in grown},
            values={**_kept(values), **grown},
            **told,
        )


def _as_parameters(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(each) if isinstance(each, dict) else each for name, each in values.items()}


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values worth keeping with a finding: figures, not whole tables of codes."""
    return {name: each for name, each in values.items() if not isinstance(each, dict)}

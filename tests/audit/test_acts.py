"""The register of acts and their sentences."""

from __future__ import annotations

import pytest

from marketplace.audit import acts
from marketplace.audit.acts import Act, BadAct


def test_a_sentence_for_people() -> None:
    act = Act(
        "test.tell",
        "{actor} membayar {total_rupiah} untuk {lines}; {kept}",
        ("total_rupiah", "lines", "kept"),
    )
    told = act.tell({"total_rupiah": 1_500_000, "lines": ["a", "b"], "kept": True}, actor="Sari")
    assert told == "Sari membayar Rp1.500.000 untuk a, b; ya"


def test_a_lost_fact_shows_as_an_ellipsis_and_braces_stay_text() -> None:
    act = Act("test.tell", "{actor}: {text}", ("text",))
    assert act.tell({}, actor="Sari") == "Sari: …"
    assert act.tell({"text": "{actor.__class__}"}, actor="{x}") == "{x}: {actor.__class__}"


@pytest.mark.parametrize(
    "declaration",
    [
        ("Test.act", "", ()),
        ("test", "", ()),
        ("test.act", "{unknown}", ()),
        ("test.act", "{text.__class__}", ("text",)),
        ("test.act", "{text[0]}", ("text",)),
        ("test.act", "{text!r}", ("text",)),
        ("test.act", "{text:>9999999}", ("text",)),
        ("test.act", "{}", ()),
        ("test.act", "", ("actor",)),
        ("test.act", "", ("Not a name",)),
    ],
)
def test_a_wrong_declaration_is_refused_at_once(declaration: tuple[str, str, tuple[str, ...]]) -> None:
    with pytest.raises(BadAct):
        Act(*declaration)


def test_one_name_has_one_meaning() -> None:
    act = Act("test.once", "{actor}")
    acts.register(act)
    acts.register(Act("test.once", "{actor}"))
    with pytest.raises(BadAct, match="twice"):
        acts.register(Act("test.once", "{actor} lagi"))
    assert acts.get("test.once") is act
    assert acts.find("test.nowhere") is None
    with pytest.raises(acts.UnknownAct):
        acts.get("test.nowhere")
    assert "test.once" in [each.name for each in acts.known()]

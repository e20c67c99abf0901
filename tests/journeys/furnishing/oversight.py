"""The auditor's workbench in full work: a case under way, reports followed up in every stage, a sample in hand."""

from __future__ import annotations

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.oversight import actions
from procurement.oversight.models import AnswerFile, CaseFile, Finding, Recommendation, Sample, SampleItem
from procurement.oversight.queries.orders import OrderFilters
from tests.journeys.scene import Known, Scene
from tests.oversight.audits import TEXT, WHY, Audit


def furnish(scene: Scene) -> None:
    """Cases, findings and recommendations of the scene's unit, examined by the scene's auditor as second person."""
    watcher = scene.staff[Role.AUDITOR][0]
    audit = Audit(scene.office.package.organisation, watcher.organisation)
    audit.people = {"SECOND": watcher} | {role.value: who for role, who in scene.office.officers.items()}
    for stage in ("NOT_FOLLOWED", "ANSWERED", "VERIFIED", "PROPOSED", "FITTING", "FITTING"):
        thing = audit.recommended(scene.orders["CLOSED"][0].purchase)
        _brought_to(audit, thing, stage)
    actions.finish_case(actor=audit["LEADER"], case_id=thing.finding.case_id)
    scene.staff[Role.AUDITOR].append(audit.appointed("LEADER"))
    case = audit.case()
    actions.add_member(actor=audit["LEADER"], case_id=case.pk, appointment_id=watcher.pk, duty="REVIEWER")
    audit.finding(case)
    actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    sample = actions.draw_sample(
        actor=audit["LEADER"],
        purpose="Uji petik belanja alat tulis",
        filters=OrderFilters(units=(audit.unit.pk,)),
        method="MUS",
        params={"size": 6},
    )
    first = sample.items.first()
    assert first is not None
    actions.examine(actor=audit["LEADER"], item_id=first.pk, result="FINDING", note=WHY)


def _brought_to(audit: Audit, thing: Recommendation, stage: str) -> None:
    if stage == "NOT_FOLLOWED":
        return
    audit.answer(thing)
    if stage == "FITTING":
        audit.settle(thing)
    if stage in {"VERIFIED", "PROPOSED"}:
        actions.verify_answer(actor=audit["LEADER"], recommendation_id=thing.pk, note=WHY)
    if stage == "PROPOSED":
        actions.propose_status(
            actor=audit["LEADER"], recommendation_id=thing.pk, status="FITTING", reason=WHY
        )


def known(scene: Scene) -> Known:
    """What stands in the addresses, by the stage in which each page opens."""

    def recommendations(*states: str) -> list[dict[str, int]]:
        found = Recommendation.objects.filter(state__in=states).order_by("pk")
        return [{"pk": pk} for pk in found.values_list("pk", flat=True)]

    cases, findings = CaseFile.objects.order_by("pk"), Finding.objects.order_by("pk")
    drafts = [{"pk": each.pk} for each in findings.filter(state="DRAFT")]
    entry = Entry.objects.filter(aggregate_type="purchase").earliest("pk")
    by_state = {
        "answer": recommendations("NOT_FOLLOWED"),
        "verify": recommendations("ANSWERED"),
        "return_answer": recommendations("ANSWERED"),
        "propose": recommendations("VERIFIED"),
        "confirm": recommendations("PROPOSED"),
        "decline": recommendations("PROPOSED"),
        "reopen": recommendations("FITTING"),
        "withdraw": recommendations("DRAFT"),
    }
    return {
        "pemeriksaan/": [{"pk": each.pk} for each in cases],
        "pemeriksaan/<int:pk>/issue_report/": [{"pk": each.pk} for each in cases.filter(state="OPEN")],
        "pemeriksaan/<int:pk>/finish/": [{"pk": each.pk} for each in cases.filter(state="REPORTED")],
        "pemeriksaan/<int:pk>/resume/": [{"pk": each.pk} for each in cases.filter(state="FINISHED")],
        "pemeriksaan/pesanan/": [{"number": told.purchase.number} for told in scene.orders["CLOSED"]],
        "pemeriksaan/catatan/": [{"pk": entry.pk}],
        "pemeriksaan/sampel/": [{"pk": each.pk} for each in Sample.objects.order_by("pk")],
        "pemeriksaan/sampel/butir/": [{"pk": each.pk} for each in SampleItem.objects.order_by("pk")],
        "temuan/": [{"pk": each.pk} for each in findings],
        "temuan/<int:pk>/confirm/": drafts,
        "temuan/<int:pk>/revise/": drafts,
        "temuan/<int:pk>/withdraw/": drafts,
        "rekomendasi/": recommendations("PROPOSED", "FITTING", "NOT_FOLLOWED"),
        **{f"rekomendasi/<int:pk>/{name}/": tried for name, tried in by_state.items()},
        "rekomendasi/berkas/": [{"pk": each.pk} for each in AnswerFile.objects.order_by("pk")],
    }

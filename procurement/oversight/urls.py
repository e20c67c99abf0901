"""Addresses of oversight."""

from __future__ import annotations

from django.urls import path

from procurement.oversight import views_evidence
from procurement.oversight.views import cases, explorer, findings, reads, recommendations, samples, stories

urlpatterns = [
    path("pemeriksaan/", cases.index, name="case_files"),
    path("pemeriksaan/baru/", cases.new, name="case_file-new"),
    path("pemeriksaan/temuan/", findings.index, name="findings"),
    path("pemeriksaan/data-pribadi/", reads.index, name="personal_data_reads"),
    path("pemeriksaan/jelajah/", explorer.explore, name="explorer"),
    path("pemeriksaan/pesanan/<str:number>/", stories.show, name="order_story"),
    path(
        "pemeriksaan/pesanan/<str:number>/dibaca/",
        stories.acknowledge_all,
        name="order_story-acknowledge",
    ),
    path("pemeriksaan/catatan/<int:pk>/", stories.entry, name="entry_acknowledge"),
    path("pemeriksaan/sampel/", samples.index, name="samples"),
    path("pemeriksaan/sampel/baru/", samples.new, name="sample-new"),
    path("pemeriksaan/sampel/<int:pk>/", samples.show, name="sample"),
    path("pemeriksaan/sampel/<int:pk>/lembar/", samples.sheet, name="sample-sheet"),
    path("pemeriksaan/sampel/<int:pk>/sampel.csv", samples.table, name="sample-csv"),
    path("pemeriksaan/sampel/<int:pk>/berkas/", samples.attach, name="sample-attach"),
    path("pemeriksaan/sampel/butir/<int:pk>/", samples.item, name="sample-item"),
    path("pemeriksaan/<int:pk>/", cases.show, name="case_file"),
    path("pemeriksaan/<int:pk>/tim/", cases.member, name="case_file-member"),
    path("pemeriksaan/<int:pk>/temuan/", cases.new_finding, name="case_file-finding"),
    *(
        path(f"pemeriksaan/<int:pk>/{name}/", getattr(cases, name), name=f"case_file-{name}")
        for name in ("issue_report", "finish", "resume")
    ),
    path("temuan/<int:pk>/", findings.show, name="finding"),
    path("temuan/<int:pk>/pesanan/", findings.link, name="finding-link"),
    path("temuan/<int:pk>/rekomendasi/", findings.new_recommendation, name="finding-recommendation"),
    *(
        path(f"temuan/<int:pk>/{name}/", getattr(findings, name), name=f"finding-{name}")
        for name in ("revise", "confirm", "return_draft", "withdraw")
    ),
    path("tindak-lanjut/", recommendations.overview, name="follow_up"),
    path("rekomendasi/<int:pk>/", recommendations.show, name="recommendation"),
    path("rekomendasi/berkas/<int:pk>/", recommendations.file, name="answer_file"),
    *(
        path(f"rekomendasi/<int:pk>/{name}/", getattr(recommendations, name), name=f"recommendation-{name}")
        for name in (
            "answer",
            "verify",
            "return_answer",
            "propose",
            "confirm",
            "decline",
            "reopen",
            "withdraw",
        )
    ),
    path("pesanan/<str:number>/paket-bukti.zip", views_evidence.evidence_pack, name="evidence_pack"),
]

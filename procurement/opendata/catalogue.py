"""What is published, for machines: a DCAT catalogue (DCAT-AP) as JSON-LD, and the licence with its metadata."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.db.models import Max, Min
from django.urls import reverse

from marketplace.core import clock
from marketplace.regulation.models import Region
from procurement.opendata.extension import SCHEMA
from procurement.opendata.identity import in_jakarta
from procurement.opendata.lkpp.shapes import SHAPES, Shape
from procurement.opendata.models import Release
from procurement.opendata.packages import absolute, publisher
from procurement.opendata.publishing import written
from procurement.planning.models import Package

CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FREQUENCY: Final = "http://publications.europa.eu/resource/authority/frequency/"
_FILE_TYPE: Final = "http://publications.europa.eu/resource/authority/file-type/"
_INDONESIA: Final = "http://publications.europa.eu/resource/authority/country/IDN"
_LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/IND"
_FINANCE: Final = "http://publications.europa.eu/resource/authority/data-theme/GOVE"


def years() -> Sequence[int]:
    """The budget years of which there are packages, the newest first."""
    return list(Package.objects.order_by("-year").values_list("year", flat=True).distinct())


def catalogue() -> dict[str, Any]:
    """The whole catalogue. A handful of queries, whatever is published."""
    address = absolute(reverse("open-data-catalogue"))
    known, places = years(), _places()
    datasets = [_releases(), *(_table(shape, known) for shape in SHAPES.values() if known)]
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": {"@value": f"Data terbuka {publisher()['name']}", "@language": "id"},
        "dct:description": {
            "@value": "Perencanaan, pemilihan, kontrak, serah terima, dan pembayaran pengadaan melalui e-Order.",
            "@language": "id",
        },
        "dct:publisher": _publisher(),
        "dct:license": {"@id": settings.OPEN_DATA_LICENSE},
        "dct:language": {"@id": _LANGUAGE},
        "dct:spatial": places,
        "foaf:homepage": {"@id": absolute(reverse("open-data"))},
        "dcat:dataset": [{**each, "dct:spatial": places} for each in datasets],
    }


def licence() -> dict[str, Any]:
    """The licence, who publishes, and where the rest is said: one small file to keep beside a download."""
    return {
        "publisher": publisher(),
        "license": settings.OPEN_DATA_LICENSE,
        "attribution": f"{publisher()['name']}, data terbuka e-Order, {absolute(reverse('open-data'))}",
        "publicationPolicy": absolute(reverse("open-data-policy")),
        "catalogue": absolute(reverse("open-data-catalogue")),
        "auditLog": {"origin": settings.AUDIT_ORIGIN, "checkpoint": absolute(reverse("tlog-checkpoint"))},
        "contact": _email(),
    }


def _publisher() -> dict[str, Any]:
    told = publisher()
    return {"@type": "foaf:Agent", "foaf:name": told["name"], "foaf:homepage": {"@id": told["uri"]}}


def _email() -> str:
    return str(settings.SITE["contact_email"] or settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">"))


def _places() -> list[dict[str, Any]]:
    names = Region.objects.filter(packages__isnull=False).distinct().values_list("name", flat=True)
    named = [{"@type": "dct:Location", "dct:title": name} for name in names]
    return [{"@id": _INDONESIA, "@type": "dct:Location"}, *named]


def _dataset(path: str, title: str, description: str, frequency: str) -> dict[str, Any]:
    return {
        "@id": absolute(path),
        "@type": "dcat:Dataset",
        "dct:identifier": absolute(path),
        "dct:title": {"@value": title, "@language": "id"},
        "dct:description": {"@value": description, "@language": "id"},
        "dct:publisher": _publisher(),
        "dct:license": {"@id": settings.OPEN_DATA_LICENSE},
        "dct:accrualPeriodicity": {"@id": _FREQUENCY + frequency},
        "dct:language": {"@id": _LANGUAGE},
        "dcat:theme": {"@id": _FINANCE},
        "dcat:keyword": ["pengadaan", "e-purchasing", "UMKM", "belanja daerah"],
        "dcat:landingPage": {"@id": absolute(reverse("open-data"))},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": publisher()["name"],
            "vcard:hasEmail": {"@id": f"mailto:{_email()}"},
        },
    }


def _distribution(path: str, title: str, media: str, kind: str) -> dict[str, Any]:
    return {
        "@id": absolute(path),
        "@type": "dcat:Distribution",
        "dct:title": {"@value": title, "@language": "id"},
        "dcat:accessURL": {"@id": absolute(path)},
        "dcat:downloadURL": {"@id": absolute(path)},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
        "dct:format": {"@id": _FILE_TYPE + kind},
        "dct:license": {"@id": settings.OPEN_DATA_LICENSE},
    }


def _releases() -> dict[str, Any]:
    """The OCDS feed. It grows with every act, so that no checksum of it holds; that of the schema does."""
    found = Release.objects.aggregate(first=Min("date"), last=Max("date"))
    lines, package = reverse("ocds-bulk"), reverse("ocds-releases")
    schema = reverse("ocds-extension-schema")
    profile = {"dct:conformsTo": {"@id": "https://standard.open-contracting.org/1.1/en/"}}
    told = _dataset(
        lines,
        "Proses pengadaan (OCDS 1.1)",
        "Satu rilis OCDS untuk setiap perbuatan yang mengubah keadaan umum, menurut urutan log audit.",
        "CONT",
    )
    if found["first"] is not None:
        told["dct:temporal"] = _period(clock.day_of(found["first"]), clock.day_of(found["last"]))
        told["dct:modified"] = _moment(found["last"])
    told["dcat:distribution"] = [
        {**_distribution(lines, "JSON Lines, semua rilis", "application/json", "JSONL"), **profile},
        {**_distribution(package, "Paket rilis berhalaman", "application/json", "JSON"), **profile},
        {
            **_distribution(schema, "Skema ekstensi e-Order", "application/json", "JSON_SCHEMA"),
            "spdx:checksum": _checksum(written(SCHEMA)),
        },
    ]
    return told


def _table(shape: Shape, known: Sequence[int]) -> dict[str, Any]:
    """A table in LKPP's shape; one file a year and format."""
    told = _dataset(
        reverse("lkpp-csv", args=[shape.name, known[0]]),
        f"{shape.title} ({shape.lkpp})",
        "Kolom: " + ", ".join(shape.columns) + ".",
        "CONT",
    )
    told["dct:temporal"] = _period(date(known[-1], 1, 1), date(known[0], 12, 31))
    told["dcat:distribution"] = [
        distribution
        for year in known
        for distribution in (
            _distribution(reverse("lkpp-csv", args=[shape.name, year]), f"CSV {year}", "text/csv", "CSV"),
            _distribution(
                reverse("lkpp-json", args=[shape.name, year]), f"JSON {year}", "application/json", "JSON"
            ),
        )
    ]
    return told


def _period(first: date, last: date) -> dict[str, Any]:
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@value": first.isoformat(), "@type": "xsd:date"},
        "dcat:endDate": {"@value": last.isoformat(), "@type": "xsd:date"},
    }


def _moment(at: datetime) -> dict[str, str]:
    return {"@value": in_jakarta(at), "@type": "xsd:dateTime"}


def _checksum(text: str) -> dict[str, Any]:
    """A SHA-256 in the words of SPDX, for what never changes."""
    return {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": sha256(text.encode()).hexdigest(),
    }

"""Pictures that the rows of an upload name: brought once each, cleaned, then hung up at their listings.

Bringing them needs no lock and may take long; every few are noted (`UploadPicture`), so that a worker that takes over
brings none twice. Equal pictures have one name in the store, and a listing has none twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from oscar.core.loading import get_model

from marketplace.core import archives
from marketplace.core.transitions import Refused
from marketplace.workflow.door import Deed
from vendors import images
from vendors.actions.pictures import MOST_IMAGES
from vendors.bulk_upload import files
from vendors.bulk_upload.fetching import PictureFetcher, checked_address
from vendors.models import Listing, ListingUpload, UploadPicture, UploadRow
from vendors.reading import tell

ProductImage = get_model("catalogue", "ProductImage")

MOST_PICTURES: Final = 2_000
LARGEST_TOGETHER: Final = 400 * 1024 * 1024
SILENT_AFTER: Final = 3
"""After so many pictures that a site did not send it is left alone, for this upload."""
COLUMN: Final = "foto"


def names_in(upload: ListingUpload) -> frozenset[str] | None:
    """The names of the pictures that came along, as `plain_name` makes them; None without an archive.

    Raises Refused `archive_broken`.
    """
    if not upload.pictures_sha256:
        return None
    with files.opened(upload.pictures_sha256) as file:
        return frozenset(plain_name(name) for name in archives.names(file) if not archives.is_litter(name))


def plain_name(name: str) -> str:
    """A picture's name without folder and capitals."""
    return name.replace("\\", "/").rpartition("/")[2].casefold()


def is_address(name: str) -> bool:
    """Whether a picture is named by an address, not by the name of a file."""
    return "://" in name


def problems_of(names: Iterable[str], in_archive: frozenset[str] | None) -> Iterator[str]:
    """What is wrong with the names of pictures, before anything is opened."""
    for name in names:
        if is_address(name):
            try:
                checked_address(name)
            except Refused as refusal:
                yield f"{refusal.sentence.removesuffix('.')}: {name[:60]}"
        elif in_archive is None:
            yield f"“{name[:60]}” ada di berkas ZIP mana? Unggah ZIP-nya bersama berkas ini"
        elif plain_name(name) not in in_archive:
            yield f"“{name[:60]}” tidak ada di dalam ZIP"


def wanted(upload: ListingUpload) -> list[str]:
    """Every picture that the written rows name, once."""
    rows = hanging(upload).values_list("pictures", flat=True)
    return list(dict.fromkeys(name for names in rows.iterator() for name in names))


def hanging(upload: ListingUpload) -> QuerySet[UploadRow]:
    """The rows whose listings get pictures, in the order of the file."""
    return (
        upload.rows.exclude(pictures=[])
        .exclude(outcome__in=["", UploadRow.Outcome.REFUSED])
        .filter(listing__isnull=False)
        .order_by("place")
    )


class Bringer:
    """Brings pictures from the archive or the internet, cleaned and stored."""

    def __init__(self, upload: ListingUpload) -> None:
        self._upload = upload
        self._fetcher: PictureFetcher = import_string(settings.PICTURE_FETCHER)()
        self._failures = Counter[str]()

    def bring(self, names: Sequence[str]) -> Iterator[UploadPicture]:
        """Each picture as it comes: those of the archive in its order, then those of the internet."""
        by_file: dict[str, list[str]] = {}
        for name in names:
            if not is_address(name):
                by_file.setdefault(plain_name(name), []).append(name)
        if by_file:
            yield from self._unpacked(by_file)
        for name in names:
            if is_address(name):
                yield self._noted(name, self._fetched(name))

    def _unpacked(self, by_file: Mapping[str, list[str]]) -> Iterator[UploadPicture]:
        left = dict(by_file)
        try:
            with files.opened(self._upload.pictures_sha256) as file:
                for member, content in archives.members(
                    file,
                    most=MOST_PICTURES,
                    largest_member=images.LARGEST_BYTES,
                    largest_total=LARGEST_TOGETHER,
                ):
                    names = left.pop(member.casefold(), ())
                    if names:
                        found = _stored(content)
                        yield from (self._noted(name, found) for name in names)
        except Refused as refusal:
            yield from (self._noted(name, refusal) for names in left.values() for name in names)
        else:
            missing = Refused("picture_missing", "Foto ini tidak ada di dalam ZIP.")
            yield from (self._noted(name, missing) for names in left.values() for name in names)

    def _fetched(self, address: str) -> str | Refused:
        host = urlsplit(address).hostname or ""
        if self._failures[host] >= SILENT_AFTER:
            return Refused("picture_unreachable", f"Situs “{host[:60]}” tidak dapat dihubungi.")
        try:
            return _stored(self._fetcher.fetch(address))
        except Refused as refusal:
            self._failures[host] += refusal.code == "picture_unreachable"
            return refusal

    def _noted(self, name: str, found: str | Refused) -> UploadPicture:
        stored, problem = (found, "") if isinstance(found, str) else ("", found.sentence[:300])
        return UploadPicture(upload=self._upload, named=name, stored=stored, problem=problem)


def _stored(content: bytes) -> str | Refused:
    try:
        picture = images.prepared(content)
    except Refused as refusal:
        return refusal
    return images.store(picture, images.digest_of(picture))


def hang(deed: Deed, upload: ListingUpload, rows: Sequence[UploadRow]) -> Counter[str]:
    """Give the listings of a chunk of rows their pictures, in the order of their names; the first is the cover.

    Returns how many were hung up, and how many not. The caller holds the upload's lock.
    """
    ids = sorted({row.listing_id for row in rows if row.listing_id})
    listings = {
        each.pk: each for each in Listing.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    titles = dict(Listing.objects.filter(pk__in=ids).values_list("pk", "product__title"))
    known = {
        each.named: each
        for each in upload.pictures.filter(named__in={name for row in rows for name in row.pictures})
    }
    there: dict[int, list[str]] = {listing.product_id: [] for listing in listings.values()}
    for product_id, name in ProductImage.objects.filter(product_id__in=there).values_list(
        "product_id", "original"
    ):
        there[product_id].append(name)
    made, entries = [], []
    counts = Counter[str]()
    for row in rows:
        listing = listings[row.listing_id or 0]
        beside = there[listing.product_id]
        for name in row.pictures:
            problem = _obstacle(known.get(name), beside)
            if problem:
                row.problems = [*row.problems, (COLUMN, f"{name[:60]}: {problem}")]
                counts["FOTO_GAGAL"] += 1
            elif known[name].stored not in beside:
                made.append(_image(listing, known[name].stored, len(beside)))
                beside.append(known[name].stored)
                digest = digest_in(known[name].stored)
                entries.append(
                    (
                        "listing.image",
                        ("listing", str(listing.pk)),
                        {"title": titles[listing.pk], "sha256": digest},
                    )
                )
                counts["FOTO"] += 1
    ProductImage.objects.bulk_create(made)
    deed.record_many(entries)
    UploadRow.objects.bulk_update([row for row in rows if row.problems], ["problems"])
    if upload.vendor.state == "VERIFIED":
        tell(shown=[listing.pk for listing in listings.values() if listing.state == "LIVE"])
    return counts


def _obstacle(picture: UploadPicture | None, beside: Sequence[str]) -> str:
    if picture is None or picture.problem:
        return (picture.problem if picture else "tidak dapat diambil").removesuffix(".")
    if picture.stored not in beside and len(beside) >= MOST_IMAGES:
        return f"satu produk memuat paling banyak {MOST_IMAGES} foto"
    return ""


def _image(listing: Listing, stored: str, place: int) -> object:
    return ProductImage(
        product_id=listing.product_id,
        code=f"{listing.pk}-{digest_in(stored)[:24]}",
        original=stored,
        display_order=place,
    )


def digest_in(stored: str) -> str:
    """The SHA-256 in the name of a stored picture."""
    return stored.rpartition("/")[2].partition(".")[0]

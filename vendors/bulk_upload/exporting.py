"""A vendor's listings as a spreadsheet that can be edited and uploaded again: the same columns, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from vendors.bulk_upload.cells import Cell, Reference
from vendors.bulk_upload.columns import Column, columns_of
from vendors.bulk_upload.comparing import Current, read_listings
from vendors.bulk_upload.writing import MARK, Book, csv_line
from vendors.models import Listing
from vendors.queries import leaf_categories


def export_columns(vendor_id: int) -> tuple[Column, ...]:
    """The columns for the kinds of offer a vendor has; for all kinds while it has none."""
    kinds = Listing.objects.filter(vendor_id=vendor_id).order_by().values_list("kind", flat=True).distinct()
    return columns_of(set(kinds) or Listing.Kind.values)


def as_csv(vendor_id: int) -> Iterator[bytes]:
    """The listings of a vendor as CSV, row by row."""
    columns, reference = export_columns(vendor_id), Reference(dict(leaf_categories()))
    yield MARK + csv_line([column.shown for column in columns])
    for listing in read_listings(vendor_id):
        yield csv_line(cells_of(listing, columns, reference))


def as_xlsx(vendor_id: int, file: IO[bytes]) -> None:
    """Write the listings of a vendor into an xlsx file."""
    columns, ways = export_columns(vendor_id), dict(leaf_categories())
    reference, placed = Reference(ways), list(enumerate(columns))
    book = Book(file)
    book.lay_out(placed, ways.values())
    book.write_headings(0, placed)
    for row, listing in enumerate(read_listings(vendor_id), 1):
        book.write(row, enumerate(cells_of(listing, columns, reference)))
    book.close(columns, ways.values())


def cells_of(listing: Current, columns: Sequence[Column], reference: Reference) -> list[Cell]:
    """One listing as a row."""
    return [column.write(value, reference) for column, value in _values(listing, columns)]


def _values(listing: Current, columns: Iterable[Column]) -> Iterator[tuple[Column, Any]]:
    for column in columns:
        if column.fills == "sku":
            yield column, listing.sku or f"#{listing.listing_id}"
        elif column.fills.startswith("attributes."):
            yield column, listing.attributes.get(column.fills.removeprefix("attributes."))
        else:
            yield column, listing.said.get(column.fills)

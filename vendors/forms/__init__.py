"""Forms of vendors, curators and operators."""

from vendors.forms.listings import ImageForm, ListingForm, PriceForm, RegionalPriceForm, StockForm
from vendors.forms.moves import MoveForm
from vendors.forms.uploads import CommitForm, UploadForm

__all__ = [
    "CommitForm",
    "ImageForm",
    "ListingForm",
    "MoveForm",
    "PriceForm",
    "RegionalPriceForm",
    "StockForm",
    "UploadForm",
]

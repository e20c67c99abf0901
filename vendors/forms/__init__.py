"""Forms of vendors, curators and operators."""

from vendors.forms.listings import ImageForm, ListingForm, PriceForm, StockForm
from vendors.forms.moves import MoveForm
from vendors.forms.uploads import CommitForm, UploadForm

__all__ = ["CommitForm", "ImageForm", "ListingForm", "MoveForm", "PriceForm", "StockForm", "UploadForm"]

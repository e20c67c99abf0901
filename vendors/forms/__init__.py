"""Forms of vendors, curators and operators."""

from vendors.forms.listings import ImageForm, ListingForm, PriceForm, StockForm
from vendors.forms.moves import MoveForm

__all__ = ["ImageForm", "ListingForm", "MoveForm", "PriceForm", "StockForm"]

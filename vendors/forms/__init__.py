"""Forms of vendors, curators and operators."""

from vendors.forms.listings import ImageForm, ListingForm, PriceForm, StockForm
from vendors.forms.moves import MoveForm
from vendors.forms.permits import (
    Day,
    ListingPermitsForm,
    PermitAgainForm,
    PermitBackForm,
    PermitForm,
    ScanField,
)
from vendors.forms.uploads import CommitForm, UploadForm
from vendors.forms.verdicts import JudgeForm

__all__ = [
    "CommitForm",
    "Day",
    "ImageForm",
    "JudgeForm",
    "ListingForm",
    "ListingPermitsForm",
    "MoveForm",
    "PermitAgainForm",
    "PermitBackForm",
    "PermitForm",
    "PriceForm",
    "ScanField",
    "StockForm",
    "UploadForm",
]

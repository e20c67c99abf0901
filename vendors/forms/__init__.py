"""Forms of vendors, curators and operators."""

from vendors.forms.listings import ImageForm, ListingForm, PriceForm, RegionalPriceForm, StockForm
from vendors.forms.moves import MoveForm
from vendors.forms.permits import (
    ListingPermitsForm,
    PermitAgainForm,
    PermitBackForm,
    PermitForm,
    ScanField,
)
from vendors.forms.sanctions import AnswerForm, ObjectionForm, SanctionForm, WhyForm
from vendors.forms.uploads import CommitForm, UploadForm
from vendors.forms.verdicts import JudgeForm

__all__ = [
    "AnswerForm",
    "CommitForm",
    "ImageForm",
    "JudgeForm",
    "ListingForm",
    "ListingPermitsForm",
    "MoveForm",
    "ObjectionForm",
    "PermitAgainForm",
    "PermitBackForm",
    "PermitForm",
    "PriceForm",
    "RegionalPriceForm",
    "SanctionForm",
    "ScanField",
    "StockForm",
    "UploadForm",
    "WhyForm",
]

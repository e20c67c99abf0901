"""The shop's pages: catalogue, product, search, basket. Oscar asks here for the first three by name."""

from search.views.catalogue import CatalogueView, ProductCategoryView
from search.views.finding import FacetedSearchView

__all__ = ["CatalogueView", "FacetedSearchView", "ProductCategoryView"]

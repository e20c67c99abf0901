"""Finding listings: the buyers' read model, Indonesian words, the finder, and the shop's pages."""

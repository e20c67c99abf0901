"""Many listings by a spreadsheet: file → rows → what would change → the change, and the way back out."""

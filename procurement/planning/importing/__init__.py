"""Reading a published procurement plan: file → rows → plan lines → what would change → the change."""

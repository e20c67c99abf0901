"""The seam: all that e-Order changes in django-oscar, in one place. No app of Oscar is forked."""

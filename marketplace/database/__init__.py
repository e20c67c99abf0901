"""The database room: a private PostgreSQL cluster, the schema without migrations, and raw guarantees.

Nothing in this package's top level imports Django, so that ``manage.py`` and the settings can use it first.
"""

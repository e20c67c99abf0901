"""A witness of logs (C2SP tlog-witness): a program of its own, meant for another institution than the log's.

It needs Python and `cryptography`, no Django and no database server: `python -m marketplace.audit.witness`.
"""

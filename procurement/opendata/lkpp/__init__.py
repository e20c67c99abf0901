"""The tables that LKPP publishes of every e-marketplace, with our orders and plans in them (handbook §8.1).

Field names, their order and their types are LKPP's. What we do not know stays empty. LKPP names officers with NIP; here
an officer is told of by the office alone (UU PDP 27/2022).
"""

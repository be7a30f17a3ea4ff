"""The invariants of the signing service, checked from outside: rows, files and the CA's ledger tell one story.

Run after every fault in the tests and nightly in production (``python -m backend.cli audit``). Shares no code with
the signing machine on purpose: a mistake there must not hide itself here. Reads only; repairs nothing.
"""

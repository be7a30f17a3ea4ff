"""The signing transaction, read top to bottom: start → ask → collect → embed → settle, or end.

Each file is one stretch between two commits, with the network between them and never inside. The recovery points are
named S0–S12 in ``docs/reliability.md``; ``house.failpoint`` is called at each, so that a test can die there.
"""

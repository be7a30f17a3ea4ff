"""Registering a unit: the desk where it is declared, the signature, and the Treasury's side of it."""

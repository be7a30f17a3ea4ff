"""One file per provider profile; the conformance suite finds it here and tries everything on it."""

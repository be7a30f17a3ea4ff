"""One protocol of one provider per file; found by folder, see ``bench.load_profiles``."""

"""Real servers in throw-away folders, and people who speak verbs. Nothing of the house is imitated here."""

"""How letters leave the house: over SMTP, or, in the demo, into a folder that everybody can read."""

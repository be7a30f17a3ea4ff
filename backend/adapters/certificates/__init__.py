"""Certificates read: files, facts, revocation. Knows X.509 (RFC 5280), CMS (RFC 5652), OCSP (RFC 6960); no people."""

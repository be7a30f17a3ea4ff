"""The sandbox CA: a separate process that speaks the remote-signing protocols of real providers, truthfully.

It holds genuine RSA-2048 keys and a three-level test hierarchy per CA, and answers field for field as the vendors'
documents say. It imports nothing of the application and the application imports nothing of it; the only thing they
share is TCP. Every certificate carries the mark in ``authority.MARK``: nothing it signs has legal value.

It does not keep keys in an HSM, talk to real phones, or start when APP_ENV is production.
"""

"""The wire, described once: every body, query and event. OpenAPI and the TypeScript types are generated from here.

Imports marshmallow and nothing of ours. Input schemas refuse unknown fields; output schemas name every field as
required and say absence with ``null``, so that a client never meets a missing key.
"""

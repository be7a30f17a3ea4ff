"""The demo world: invented units and people, enrolled at the sandbox CA and bound through the real adapters."""

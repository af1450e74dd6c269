"""The Lambda's zip: the same bytes on every machine (docs/decisions/0002-deterministic-zip.md)."""

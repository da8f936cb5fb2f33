"""The register of notices, and the dated rules that they set."""

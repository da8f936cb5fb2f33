"""The small program beside a DSC token: a page asks, a person says yes, the token signs.

It runs on the exporter's computer, listens on 127.0.0.1 only and imports nothing of the portal.
"""

PROGRAM = "ecoo-companion"
VERSION = "1.0.0"

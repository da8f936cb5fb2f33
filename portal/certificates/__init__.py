"""The certificate: approve, number, the 12-box sheet, seal, issue."""

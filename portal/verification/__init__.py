"""Public verification: by QR, by number and check code, or by the PDF itself."""

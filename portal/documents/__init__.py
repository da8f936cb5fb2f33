"""Uploaded documents: judged in a confined process before anything else touches them."""

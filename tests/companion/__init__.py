"""The companion, as a page and a person meet it."""

"""Pre-flight: applications as data, and the tests that read them."""

"""What runs outside requests: the worker, the relay, the nightly work, and the jobs."""

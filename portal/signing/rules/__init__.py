"""What a signer's certificate must say before a signature of theirs counts; pure."""

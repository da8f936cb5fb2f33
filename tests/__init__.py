"""What a user, an officer or an auditor could see, checked on both databases."""

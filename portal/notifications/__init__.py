"""What people are told: letters, text messages, the inbox; reads everything, owns the wording."""

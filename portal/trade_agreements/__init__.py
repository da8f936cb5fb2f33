"""Trade agreements: members, origin rules and proof of origin, each with its source."""

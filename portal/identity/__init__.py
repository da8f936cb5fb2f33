"""People, firms by IEC, memberships and roles, sign-in."""

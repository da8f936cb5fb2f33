"""Who may reach what: every route, every method, every role, with real files of others."""

"""HTTP manners: pages, access, sessions, errors; knows no capability."""

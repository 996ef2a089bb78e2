"""The page on which other rules are tried on the recorded journal."""

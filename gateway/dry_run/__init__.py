"""Other rules tried on the recorded journal: what would have been told that was not, and what would not have been."""

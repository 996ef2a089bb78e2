"""Rules tried on the recorded journal: what is asked for, and the bench that has it judged."""

"""The village as a whole: which of what its nodes saw is a fault, what is behind it, and who is told when."""

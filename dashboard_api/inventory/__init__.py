"""The inventory as its administrators read it: every thing, what it hangs on, how it is set up and how it is now."""

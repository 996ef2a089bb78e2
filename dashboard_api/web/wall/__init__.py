"""The safety centre's wall: one screen that is read from six metres. No person's name is on it."""

"""The public front of a village that nothing can dial into: public pages, and the presses of signed links."""

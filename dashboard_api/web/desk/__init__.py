"""The duty desk: a plain computer with a keyboard. Whom to ring, what to say, and a button for each outcome."""

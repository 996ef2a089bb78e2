"""A trial of one way to people: the command ``test-channel``."""

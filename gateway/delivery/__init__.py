"""Carries what dispatch says: the outbox's senders, the ladder, the auditor, and the channels."""

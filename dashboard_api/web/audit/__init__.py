"""The audit log as a page: filters, sentences, the chain."""

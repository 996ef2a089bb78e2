"""Pure: interval arithmetic of uptime."""

"""The gateway: keeps the truth about every device and fault of a village."""

"""Replay: recorded lines through the shipped engine in their own time; faults, messages and uptime come out."""

"""The village inventory and everything generated from it."""

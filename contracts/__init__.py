"""The words node and gateway share: states, fault codes, wire messages, topics, inventory, settings.

It parses and validates; nothing else.
"""

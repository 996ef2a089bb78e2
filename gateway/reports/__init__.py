"""What is printed of a store for people: frozen months, and the statement of a device."""

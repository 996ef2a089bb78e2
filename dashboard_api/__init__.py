"""The face: what staff, police and residents see of the village."""

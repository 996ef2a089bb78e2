"""What everybody may know of the village's chargers: state, place and age; as JSON, and as others' maps read it."""

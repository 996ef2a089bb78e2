"""The box's side of a public front: it calls out, says what has changed, and answers what people asked there."""

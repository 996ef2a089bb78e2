"""Who is told of what, when, by which way, in which words. Values in, values out; ``gateway.delivery`` carries it."""

"""The residents' pages: chargers now, one charger, what to do, and a poster. No sign-in, and no script needed."""

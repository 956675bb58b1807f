"""Where contributions lie: one folder or file each, found by `whennot.shelf`."""

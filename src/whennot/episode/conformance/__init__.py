"""What every case must fulfil, rule by rule; `whennot.episode.check` holds the table of them."""

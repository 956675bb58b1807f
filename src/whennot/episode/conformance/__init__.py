"""What every case must fulfill, rule by rule; `whennot.episode.check` holds the table of them."""

"""The episode: one played case, from brief to debrief, as a list of moves."""

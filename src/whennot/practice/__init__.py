"""Practice: playing episodes. Meets the other pillars only in what the home keeps."""

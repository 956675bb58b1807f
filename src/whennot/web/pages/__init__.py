"""What pages show, as plain data: made from a play, a case or the home, drawn by templates."""

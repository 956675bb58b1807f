"""What can be typed on a page: each form says what is wrong in words and keeps what was typed."""

"""What changes between two states of a directory, in members and words, and what is doubtful."""

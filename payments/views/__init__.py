"""Choose, confirm, leave for the bank; see what became of it; hear the bank."""

"""What clients do to their contracts."""

"""What a contract says on paper: `sheet` all of its terms, `notice` what is due at its date. Made when asked for."""

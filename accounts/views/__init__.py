"""The pages of accounts, one module a journey."""

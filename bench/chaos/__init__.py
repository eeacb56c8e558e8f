"""A portal, its worker and a bank, many clients who pay, messages in every disorder, `kill -9`; then the accounts."""

"""Documents as PDF/A-2a, made to last, and PDF/UA-1, made to be heard: typst, our fonts, one letterhead."""

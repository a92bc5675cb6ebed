"""Analytics: one body of daily facts, and the answers that add them up."""

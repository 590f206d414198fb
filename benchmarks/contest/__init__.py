"""Tasks on real logs, the rivals that a shop could use instead, and how they are measured on the same examples."""

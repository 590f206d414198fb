"""The generated demo shop and what ships with it."""

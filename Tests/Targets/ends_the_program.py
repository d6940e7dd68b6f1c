"""ends_the_program.py: a plugin that ends the program when it is imported."""

raise SystemExit(3)

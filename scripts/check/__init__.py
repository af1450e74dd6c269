"""`make check` and `make fmt`: which checks there are, and what each runs."""

"""What is wrong with a checkout, its tools, an account or a deployed stack, and how to mend it."""

"""What a plan would cost, before it is applied."""

"""What a plan would do, for the people who review it: no value of any attribute leaves the plan."""

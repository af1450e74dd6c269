"""What an account needs once, before any stack: state bucket and roles of the pipelines."""

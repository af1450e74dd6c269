"""What every model's train.py needs besides its data: the artifact and the contract's examples."""

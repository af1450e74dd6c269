"""The whole path on one machine: data, model, zip, stage, Terraform, smoke test, predictions.

`steps` runs and shows what the demo consists of, `held_out` asks about hours that the model never saw.
"""

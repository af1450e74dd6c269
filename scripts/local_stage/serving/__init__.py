"""Containers of the local stage: what serves a model where SageMaker would run a prebuilt image."""

"""Predict the rows of a file, in any of the four ways in which a client can reach a model."""

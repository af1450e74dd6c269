"""What `python -m scripts.fit` is made of.

`training_data` reads, `scoring.fit_features` fits, `statistics` describes, `findings` warns, `matrix_files`
and `scripts.json_layout` write.
"""

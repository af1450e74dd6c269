"""What `python -m scripts.new_model` is made of.

`names` and `types` read columns, `dates` and `ranges` judge their values, `inputs` and `features` declare
them, `target` says what is predicted, `contract` puts it together and fits it; `model_files` and
`stack_files` write.
"""

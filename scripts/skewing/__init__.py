"""What `python -m scripts.skew` is made of.

`captured` reads what SageMaker captured and what the function logged, `requested` what clients sent;
`stability` measures, `compare` judges, `page` draws.
"""

"""What a pipeline found, told on GitHub: one comment a pull request, one issue while nights are red.

Needs nothing but Python, so that a job with the right to write installs nothing.
"""

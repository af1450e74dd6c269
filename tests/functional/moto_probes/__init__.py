"""One probe per correction of moto: it passes on corrected moto and fails on stock moto.

`test_corrections.py` runs this package twice, with and without `--corrected`, each in a process of its own.
"""

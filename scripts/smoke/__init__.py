"""The smoke test: proof that one revision is live and right, and not merely that something answers.

`subject` says what is tested, `platform_checks` asks AWS, `stage_checks` asks the stage URL as a client
would, `table` lists every check in order, `report` shows what was found.
"""

"""The smoke test: proof that one revision is live and right, and not merely that something answers.

`subject` says what is tested, `platform_checks` asks AWS; `answer_checks`, `refusal_checks` and `page_checks`
ask the stage URL as clients would. `table` lists every check in order, `report` shows what was found.
"""

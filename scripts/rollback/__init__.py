"""Going back to the last revision that a smoke test proved, without Terraform.

`record` is what is known of it, in a parameter of Systems Manager; `keep` saves at proof what Terraform
will delete (`kept_endpoint`, `kept_api`), `tidy` removes what is kept no longer; `live` reads what runs,
`steps` says what differs and changes it, `prove` makes the smoke test's subject of the record.
"""

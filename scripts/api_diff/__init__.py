"""How two OpenAPI documents differ, from the view of a client that was written for the first.

What a client sends may be asked for more loosely and not more strictly; what it is answered may get narrower
and not wider. `document` walks routes, `schemas` walks schemas, `keywords` and `meaning` have the rules,
`report` the words.
"""

"""A model contract as an OpenAPI 3.0 document that people read and API Gateway imports.

`schemas` and `answer_schemas` say what the bodies look like, `operations` what a route does, `security`
who may call it; `document` puts them together.
"""

from .document import render_document, serialize

__all__ = ["render_document", "serialize"]

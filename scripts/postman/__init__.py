"""A model's contract as a Postman collection whose requests test their answers, and newman, which runs it."""

"""From fitted scikit-learn transformers to contract features: one converter for each class."""

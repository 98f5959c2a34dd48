"""The words that people read: complete in both languages, and harmless whatever they are about."""

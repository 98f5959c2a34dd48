"""Forms: a message's body as the fields of a schema, packed in bits (SPEC.md, section 5.2).

The schemas are the `.toml` files beside this page: data that whoever runs a network can read. Nothing here reads
a file; `node.forms` does and hands the tables in.
"""

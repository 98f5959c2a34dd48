"""The screens: each says what it shows and what its keys do; decisions about texts are made outside."""

"""What the screens are put together from: each draws lines that it is given and posts what was done with them."""

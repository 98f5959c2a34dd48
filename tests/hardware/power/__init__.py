"""Power boards, register by register, and what is made of their figures."""

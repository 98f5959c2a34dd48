"""A second reader of the wire, written from `protocol/SPEC.md` alone.

It shares no code with `protocol/`: whoever writes an implementation from the page would write about this, and where the
two readers differ, the page left something open or one of them is wrong. It reads only, is plain before it is fast, and
gives what a frame says as a dictionary named by the page's own words.

`frames.read` decodes any frame; `identities` has what is signed and how it is checked; `rosters` says which statements
stand; `secrecy` opens what is confidential; `long_texts` joins fragments; `notices` reads a notice's body; `instants`
turns time, lifetime and age into seconds. Forms and coded texts have second readers of their own.
"""

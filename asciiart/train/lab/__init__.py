"""The lab: the networks of `asciiart.core` learn something real from fonts, Unicode and texts.

One file a task; `asciiart lab list` names them. Needs the extra ``train``.
"""

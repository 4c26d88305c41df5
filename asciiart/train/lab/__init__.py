"""The lab: the networks of `asciiart.core` learn real tasks from fonts, Unicode and texts.

Each task has a file or a folder below ``tasks``; `asciiart lab list` names them. The lab needs the
extra ``train``.
"""

"""Options of other programs, and what they are called here."""

from __future__ import annotations

import re

from asciiart.cli.main import main
from asciiart.cli.neighbors import OPTIONS_ELSEWHERE

OWN = {option for parameter in main.commands["draw"].params for option in parameter.opts}


def test_only_options_that_exist_are_named_and_none_of_them_is_translated() -> None:
    named = {
        flag for words in OPTIONS_ELSEWHERE.values() for flag in re.findall("--[a-z-]+", words)
    }
    assert named <= OWN
    assert not OPTIONS_ELSEWHERE.keys() & OWN

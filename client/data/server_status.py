"""What a first look at a server found; without imports, since the login window needs it first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServerStatus:
    """Whether a server answers, what to say about it, and what is wrong if it does not."""

    answers: bool
    text: str
    problem: str = ""

"""What a first look at a server found. Kept apart, since the login is shown before all else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """Whether the server answers, where and how, and what is wrong with it."""

    answers: bool
    text: str
    problem: str = ""

"""What the server's commands say to a person: sentences, translated where they are shown."""

from resources import translator


def N_(text: str) -> str:
    """Mark a text for translation; it is translated later, where it is shown."""
    return text


class Refused(Exception):
    """Something expected went wrong: a sentence for the person, to be translated, without a
    traceback.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text.format(**values))
        self.text = text
        self.values = values

    def sentence(self, language: str) -> str:
        """The refusal in `language`."""
        return translator(language)(self.text).format(**self.values)

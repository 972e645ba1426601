"""A count reads right for one and for many, in both languages."""

import pytest

from client import i18n
from client.data.login_attempts import waiting_text
from client.i18n import plural


@pytest.fixture(autouse=True)
def _language_as_before():
    before = i18n.current()
    yield
    i18n.use(before)


@pytest.mark.parametrize(
    ("language", "seconds", "said"),
    [
        ("en", 1, "Too many tries. Try again in 1 second."),
        ("en", 2, "Too many tries. Try again in 2 seconds."),
        ("zh_CN", 1, "错误次数过多，请在 1 秒后再试。"),
        ("zh_CN", 2, "错误次数过多，请在 2 秒后再试。"),
    ],
)
def test_one_is_not_told_as_many(language, seconds, said):
    i18n.use(language)
    assert waiting_text(seconds) == said


def test_numbers_are_grouped_unless_given_otherwise():
    one, many = "{n} of {total}, one", "{n} of {total}, many"
    assert plural(1, one, many, total=3) == "1 of 3, one"
    assert plural(0, one, many, total=3) == "0 of 3, many"
    assert plural(12345, one, many, total=0) == "12,345 of 0, many"
    assert plural(1, one, many, n="0", total=1) == "0 of 1, one"
    assert plural(2, one, "{n} of {many}", many=3) == "2 of 3"

"""The upper part of papers on A4: the office, what the paper is, whom it is for."""

from itertools import zip_longest

from reports import fonts
from reports.foot import BODY, SMALL
from reports.form import Facts, Form, Office, Translate
from reports.sheet import GREY, STRONG, Sheet, wrap

LINE = 13.0
NAME = 14.0
TITLE = 20.0
LOGO = (110.0, 44.0)
# The part of the width that the left one of two columns of facts takes.
SPLIT = 0.62


def office_head(sheet: Sheet, y: float, office: Office, form: Form, _: Translate) -> float:
    """Draw the office at the left and the paper's title and facts at the right."""
    clean = sheet.clean
    title = clean(form.title)
    pairs = [(clean(label), clean(value)) for label, value in form.facts]
    labels = max(fonts.width(label, BODY) for label, _value in pairs) + 10
    values = max(fonts.width(value, BODY) for _label, value in pairs)
    aside = min(max(labels + values, fonts.width(title, TITLE)), sheet.room * 0.5)
    left, logo_end = sheet.left, y
    if logo := office.get("logo"):
        wide, high = sheet.picture(logo, left, y, *LOGO)
        left += wide + 12 if wide else 0
        logo_end += high
    end = _office(sheet, left, y + 14, sheet.right - aside - 24 - left, office, _)
    right = y + 18
    sheet.text(sheet.right, right, title, TITLE, "right", bold=True)
    right += 20
    for label, value in pairs:
        sheet.text(sheet.right - aside, right, label, BODY, grey=GREY)
        for line in wrap(value, aside - labels, BODY):
            sheet.text(sheet.right, right, line, BODY, "right")
            right += LINE
    return max(end - 2, right - 4, logo_end) + 6


def _office(
    sheet: Sheet,
    left: float,
    y: float,
    room: float,
    office: Office,
    _: Translate,
) -> float:
    for line in wrap(sheet.clean(office.get("name")), room, NAME):
        sheet.text(left, y, line, NAME, bold=True)
        y += 17
    for text in filter(None, map(sheet.clean, office_lines(office, _))):
        for line in wrap(text, room, SMALL):
            sheet.text(left, y, line, SMALL, grey=GREY)
            y += SMALL * 1.4
    return y


def office_lines(office: Office, _: Translate) -> list[str]:
    """Where the office is found and called."""
    phone = office.get("phone")
    lines = (office.get("address"), phone and f"{_('Phone')}  {phone}")
    return [str(line) for line in lines if line]


def parties(sheet: Sheet, y: float, left: Facts, right: Facts) -> float:
    """Draw a rule and below it two columns of labelled facts, row by row; the height below."""
    left, right = ([fact for fact in facts if fact[1]] for facts in (left, right))
    if not left and not right:
        return y
    sheet.rule(y, STRONG)
    y += 6
    split = sheet.left + sheet.room * SPLIT
    edges = ((sheet.left, split - 16), (split, sheet.right))
    indents = [
        max((fonts.width(sheet.clean(label), BODY) for label, _value in facts), default=0) + 12
        for facts in (left, right)
    ]
    for row in zip_longest(left, right, fillvalue=("", None)):
        most = 1
        for (label, value), (start, end), indent in zip(row, edges, indents, strict=True):
            sheet.text(start, y + 10, sheet.clean(label), BODY, grey=GREY)
            lines = wrap(sheet.clean(value), end - start - indent, BODY)
            for at, line in enumerate(lines):
                sheet.text(start + indent, y + 10 + at * LINE, line, BODY)
            most = max(most, len(lines))
        y += most * LINE + 2
    return y + 6

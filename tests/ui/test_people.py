"""Lists of people, out of which one chooses by typing."""

from client.ui.handover.dialog import HandoverDialog
from client.ui.rights.access_grants import GrantDialog, of_customers
from tests.ui.records_office import make_customers


def type_people(qtbot, people, target, code):
    """Type into an open or a closed list of people."""
    chosen = []
    for typed in ("wf", "zx", code, "zw", "z", "zz"):
        people._typed = ""  # a while later
        qtbot.keyClicks(target, typed)
        place = target.currentIndex()
        text = people.itemText(place if target is people else place.row())
        chosen.append(text.split()[-1])
    # The same letter again goes on to the next, and round.
    assert chosen == ["王芳", "赵晓明", "Clerk", "张伟", "赵晓明", "赵晓明"]


def test_colleagues_are_chosen_by_code_name_or_pinyin_initials(qtbot, office_db, at):
    for login, name in (("bob", "王芳"), ("eve", "张伟"), ("serge", "赵晓明")):
        office_db.ask(None, "UPDATE operator SET name = %s WHERE login = %s", name, login)
    lent = of_customers(make_customers(at("ann").office, "Lent"), "Lent")
    for dialog in (GrantDialog(at("ann"), lent, None), HandoverDialog(at("boss"))):
        qtbot.addWidget(dialog)
        dialog.show()
        people = dialog.colleague if isinstance(dialog, GrantDialog) else dialog.head.owner
        qtbot.waitUntil(lambda people=people: people.count() > 3)
        code = office_db.ask(None, "SELECT code FROM operator WHERE login = 'clerk'")[0][0]
        type_people(qtbot, people, people, code)
        people.showPopup()
        type_people(qtbot, people, people.view(), code)
        people.hidePopup()

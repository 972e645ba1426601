"""What Qt itself says: the menu of a field in the operator's language, and back."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit

from client import i18n
from client.ui import qt_words

NATIVE = QKeySequence.SequenceFormat.NativeText


def words(qtbot):
    line = QLineEdit("typed")
    qtbot.addWidget(line)
    menu = line.createStandardContextMenu()
    return " ".join(action.text() for action in menu.actions())


def test_the_menu_of_a_field_speaks_the_language_chosen(qtbot):
    try:
        i18n.use("zh_CN")
        qt_words.use("zh_CN")
        assert "复制" in words(qtbot)
        assert "Copy" not in words(qtbot)
        assert QKeySequence("Ctrl+Enter").toString(NATIVE) == "Ctrl+Enter"
        assert QCoreApplication.translate("QFileDialog", "&Look in:") == "查找范围(&L)："
        unknown = "a text that Qt does not have"
        assert QCoreApplication.translate("QFileDialog", unknown) == unknown
        i18n.use("en")
        qt_words.use("en")
        assert "Copy" in words(qtbot)
        assert "复制" not in words(qtbot)
    finally:
        i18n.use("en")
        qt_words.use("en")

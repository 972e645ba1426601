"""The words Qt brings itself: in its file dialog, and in the menu of every field."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

_NAME = "words of Qt"


def use(language: str) -> None:
    """Have Qt speak `language` from now on; English is what it speaks without being told."""
    app = QCoreApplication.instance()
    if app is None:
        return
    before = app.findChild(QTranslator, _NAME)
    if before is not None:
        app.removeTranslator(before)
        before.setParent(None)
    words = QTranslator(app)
    words.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load(QLocale(language), "qtbase", "_", folder):
        app.installTranslator(words)

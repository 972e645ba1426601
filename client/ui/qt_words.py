"""The words Qt brings itself: in its file dialog, and in the menu of every field."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from client.i18n import N_, _

_NAME = "words of Qt"
# What Qt's own translations leave out of its file dialog.
_LEFT_OUT = (N_("&Look in:"), N_("Files of &type:"), N_("Folder"), N_("Drive"))


class _Words(QTranslator):
    def translate(
        self, context: str, text: str, more: str | None = None, n: int = -1
    ) -> str | None:
        """All but the names of keys: they stand on keyboards, and on our buttons, in English.
        Nothing found must be None: an empty text would be shown."""
        if context == "QShortcut":
            return None
        found = super().translate(context, text, more, n)
        return found or (_(text) if text in _LEFT_OUT else None)


def use(language: str) -> None:
    """Have Qt speak `language` from now on; English is what it speaks without being told."""
    app = QCoreApplication.instance()
    if app is None:
        return
    before = app.findChild(QTranslator, _NAME)
    if before is not None:
        app.removeTranslator(before)
        before.setParent(None)
    words = _Words(app)
    words.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load(QLocale(language), "qtbase", "_", folder):
        app.installTranslator(words)

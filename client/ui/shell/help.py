"""The help beside a page (F1): a few sentences each, no manual."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from client.i18n import N_, _
from client.ui.kit import Label, Section

GENERAL, SAFETY = "general", "safety"
_FOLLOWING = N_(
    "What others save comes in by itself: the longer the figures take to add up, the less often. "
    "Beside the heading stands as of when they are; F5 reads them at once."
)
TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    GENERAL: (
        N_("The window"),
        (
            N_(
                "Lists stand in the middle, forms at the right. Drag a tab to split the window, "
                "or out of it onto a second screen; it comes back as you left it."
            ),
            N_(
                "Ctrl+K searches customers and papers by any part of name, number, address, "
                "phone or pinyin initials."
            ),
            N_(
                "If a colleague is changing the same record, the form says so under its title. "
                "This is only a hint: nobody is locked out."
            ),
            N_("The ? key shows all keys."),
        ),
    ),
    SAFETY: (
        N_("What is protected, and what is not"),
        (
            N_(
                "What one may see and change is decided by the database: in this program, and in "
                "any other that somebody logs in with."
            ),
            N_(
                "No database can keep those who may read a record from copying it. Prints and "
                "exports are noted as this program reports them; other programs report nothing."
            ),
            N_(
                "Everybody with a login can find out how large tables are and how many rows the "
                "server estimates, that numbers have no gaps, who else has a login, and that "
                "something was changed. They can also find out whether a whole number or name "
                "that they guess exists, but nothing else of what is in others' records."
            ),
            N_(
                "The server that comes with the program does not encrypt what goes over the "
                "network, passwords excepted. A full PostgreSQL does (TLS), with the office's own "
                "certificate, which is chosen in the server settings of the login window."
            ),
            N_(
                "The minimum length of passwords, the wait after wrong ones and the lock of an "
                "idle window are done by this program. Another program does none of them."
            ),
            N_(
                "Whoever has the superuser's password, or the server's disk, can do anything. "
                "If they change the history, it shows against what each computer keeps of it "
                "(kehu-server verify-history)."
            ),
        ),
    ),
    "bin": (
        N_("Recycle bin"),
        (
            N_(
                "Here is everything that was deleted, with the records that were deleted along "
                "with it, as far as you may see it."
            ),
            N_("In a list, Del moves the current customer or entry here, after asking."),
            N_(
                "Before you restore something, you are told what comes back with it and what is "
                "in the way."
            ),
            N_(
                "In any list but that of operators, who are never deleted, Ctrl+Shift+Del shows "
                "the deleted records in place of the others."
            ),
            N_(
                "Only an administrator erases for good, with a reason; documents with a number "
                "are never erased. The history keeps what it was, or if wanted only who did what "
                "when."
            ),
            N_(
                "Some things remain even then: the reasons that were typed, earlier backups, "
                "exports and prints, unsaved forms on somebody's computer and, for a while, the "
                "server's own files. Think of them if the law gives somebody the right to be "
                "forgotten."
            ),
        ),
    ),
    "history": (
        N_("History"),
        (
            N_(
                "Here is every change of every record: who made it, when, how and from which "
                "computer."
            ),
            N_(
                "Ctrl+H, or the clock in a form's head, shows the history of the record that is "
                "open; no operator can alter it."
            ),
            N_(
                "Logins, exports, prints and refusals stand here as the program reported them, "
                "your own and those of your people; what another program copies does not."
            ),
            N_("What you put back is saved as if you had typed it, and stands in the history too."),
            N_(
                "How and from which computer is what the program reported; who it was is known to"
                " the server itself."
            ),
        ),
    ),
    "customers": (
        N_("Customers"),
        (
            N_("Type into a field under a title to see only the rows that contain it."),
            N_("Enter or a double click opens a customer; Ctrl+N begins a new one."),
            N_(
                "You see your own customers and those of your data scope, and what is shared with "
                "you. Those in the public pool are seen by whoever sees all."
            ),
            N_(
                "While you type a customer or a contact, customers of the same phone, also a "
                "contact's, of the same tax number or company name are named under the field; "
                "of a colleague's only that it is theirs."
            ),
            N_(
                "Ctrl+G puts the selected customers into groups or takes them out: type a part of "
                "a name and Enter, a new name makes a group, Enter in the empty field saves. Your "
                "own groups are seen by nobody else; the office's are made by whoever may change "
                "the settings. The list above the rows shows only one group, and Groups can be "
                "shown as a column and taken to Excel."
            ),
            N_(
                "A customer that is handed over stays in the office's groups, but leaves its "
                "former owner's own groups. A merged customer is in the groups of both."
            ),
            N_(
                "Hand over gives the selected customers, or all of somebody's, to colleagues: to "
                "one, by region, type or grade, or evenly. What lies in the recycle bin goes "
                "along and stays there. It can be undone for 30 days."
            ),
            N_(
                "Merge makes two selected customers one, with all their records, and the old "
                "number still finds it. Restoring the other one from the recycle bin undoes the "
                "merge, as long as neither is erased; records added to the kept one meanwhile "
                "stay with it. To merge what two people own, one must be allowed to hand over."
            ),
            N_(
                "Where key fields need approval, the older one is kept. Once the kept one is "
                "erased, the other one can still be restored, without what had moved."
            ),
            N_(
                "If somebody else saves the same customer while you type, changes of different "
                "fields are both kept. If you both changed the same field, you see both versions "
                "and choose."
            ),
        ),
    ),
    "requests": (
        N_("Change requests"),
        (
            N_(
                "Key fields of a customer (name, owner, tax number, bank, credit limit) change "
                "only with a reason, which the history keeps. The office chooses which they are."
            ),
            N_(
                "Where the office wants it, somebody else approves first: old and new stand side "
                "by side, and nobody approves what they asked for themselves. Who may approve "
                "asks as well, unless nobody else may."
            ),
            N_(
                "If the customer is changed before a request is approved, the request closes by "
                "itself and tells both who asked and who approves."
            ),
            N_(
                "Handing over is a right of its own. It needs approval only where the office "
                "wants that too; the hand-over then says who may."
            ),
        ),
    ),
    "quotes": (
        N_("Quotes"),
        (
            N_(
                "Ctrl+Shift+S sends a quote and gives it its number. Whatever is changed after "
                "that makes a new revision, which is sent again."
            ),
            N_(
                "Ctrl+Shift+H shows what was sent when, compares two revisions and prints one "
                "again."
            ),
            N_("Ctrl+Shift+O: the customer accepts; an order with the same lines opens."),
            N_("A sent quote expires by itself after the day until which it is valid."),
        ),
    ),
    "orders": (
        N_("Sales orders"),
        (
            N_("A draft has no number yet. It gets the next one when it is submitted."),
            N_(
                "In the lines, type a code, a name or pinyin initials; F7 picks from a list, "
                "Ctrl+V pastes lines from a spreadsheet."
            ),
            N_("Shift+F7 lists what the customer usually buys, in the usual quantities."),
            N_("Beside a price stands the last one the customer paid; ↓ in its cell takes it."),
            N_("Pasted rows whose product is not certain are shown before they count."),
            N_(
                "What is taken off the whole, in percent or as an amount, stands among the sums; "
                "F9 wipes off the odd cents, then the odd yuan."
            ),
            N_(
                "Ctrl+Shift+S submits, Ctrl+Shift+A approves, Ctrl+R receives money, Ctrl+L plans "
                "a delivery. A change takes an approval back."
            ),
            N_("F8 saves, Ctrl+P prints. A submitted order can be cancelled but not deleted."),
        ),
    ),
    "printing": (
        N_("Printing"),
        (
            N_("You see the pages as they will print. Ctrl+P prints, F8 saves a PDF."),
            N_(
                "If a printer prints in the wrong place, open Printers and papers at the right, "
                "print the alignment page, and enter what you measure."
            ),
            N_(
                "Continuous paper needs a form of its size in Windows, else the printer feeds "
                "too far."
            ),
            N_("Every print and every PDF is noted with who made it, when and how."),
        ),
    ),
    "receipts": (
        N_("Receipts"),
        (
            N_(
                "Type who paid how much: it is handed out to what is due longest. Change it cell "
                "by cell; Space or F9 gives an order all it lacks, Shift+F9 proposes anew."
            ),
            N_("What is not handed out stays as an advance, to be used for a later order."),
            N_(
                "A posted receipt is never edited. Voiding it makes a red entry that takes the "
                "money back."
            ),
        ),
    ),
    "deliveries": (
        N_("Deliveries"),
        (
            N_(
                "A delivery begins with everything of its order that is still open; change how "
                "much goes now. F9 takes all that is open of a line, Del nothing."
            ),
            N_(
                "You cannot plan more than was ordered, even if colleagues plan deliveries of the"
                " same order at the same time."
            ),
            N_(
                "A delivery gets its number when it is picked or sent off; then the state of its "
                "order changes, too."
            ),
            N_("In the list, mark several and send them off together with Ctrl+Shift+S."),
            N_(
                "After the goods have left, you can still change courier, waybill, expected day "
                "and remarks."
            ),
        ),
    ),
    "analysis": (
        N_("Analysis"),
        (
            N_(
                "The figures count orders that are neither drafts nor cancelled, and only those "
                "that you may see."
            ),
            N_("Each line's amount is rounded before it is added up."),
            _FOLLOWING,
        ),
    ),
    "receivables": (
        N_("Receivables"),
        (
            N_(
                "Each customer's open orders by how long they are overdue, as of any day. What was "
                "paid ahead stands beside them and is not taken off."
            ),
            N_(
                "Enter or a double click on a figure, or on a sum, shows the orders behind it; "
                "Esc closes them."
            ),
            N_(
                "For an earlier day, the orders and receipts dated until then are counted, with "
                "the amounts they have now."
            ),
            _FOLLOWING,
        ),
    ),
    "statement": (
        N_("Statement of account"),
        (
            N_("Each order is a charge on its date, each receipt a payment on its date."),
            N_(
                "The closing balance is what the orders are still owed, less what was paid ahead. "
                "Enter opens the document of an entry."
            ),
        ),
    ),
    "continuity": (
        N_("Number continuity"),
        (
            N_(
                "Every number that was given stands here, also those of cancelled documents. "
                "One that is missing was taken out of the database by other means."
            ),
            N_("Of documents that are not yours to see, only the number is shown."),
        ),
    ),
    "settings": (
        N_("Settings"),
        (
            N_("Regions, code tables, departments and operators are the office's common lists."),
            N_("What is used in a record cannot be deleted; switch it off instead."),
            N_("The first pages set what papers say about the office, and how numbers are made."),
            N_(
                "When somebody leaves, their form among the operators hands over their customers "
                "and then ends their login. An operator is disabled, never deleted."
            ),
        ),
    ),
    "roles": (
        N_("Roles"),
        (
            N_(
                "Arrows go from box to box, Space turns one, Shift+Space the whole line. "
                "What is saved holds at once: the sessions of those who have the role end."
            ),
            N_("One operator can differ from the role; that is set in the operator's own form."),
            N_(
                "Without 'Unmasked', customers' phones and bank accounts are masked, in every "
                "program. With 'Reveal', one of them at a time can be shown, which is written "
                "down."
            ),
            N_(
                "Print, export and import are refused by this program. The database cannot "
                "forbid them: whoever may read a record can copy it."
            ),
        ),
    ),
}
_ALIASES = {
    "sales_order": "orders",
    "order": "orders",
    "quote": "quotes",
    "delivery": "deliveries",
    "customer": "customers",
    "receipt": "receipts",
}


def topic_of(name: str) -> str:
    """The topic that explains the screen or panel `name`."""
    first = name.partition(":")[0]
    known = _ALIASES.get(first, first)
    return known if known in TOPICS else GENERAL


class HelpPage(QScrollArea):
    """One topic, then what holds everywhere, then what the program can and cannot protect."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_topic(GENERAL)

    def show_topic(self, name: str) -> None:
        topic = topic_of(name)
        page = QWidget()
        page.setProperty("kind", "body")
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        for shown in dict.fromkeys((topic, GENERAL, SAFETY)):
            title, sentences = TOPICS[shown]
            section = Section(_(title), foldable=False)
            section.body.setSpacing(8)
            for sentence in sentences:
                label = Label(_(sentence))
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                section.body.addWidget(label)
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(page)

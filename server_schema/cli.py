"""`kehu-server`: the office's server from the command line, for whoever looks after it."""

import argparse
import sys
from collections.abc import Callable, Sequence

from resources import LANGUAGES, system_language, translator
from server_schema import commands, commands_tls, history_commands, redaction_command
from server_schema.messages import N_, Refused
from server_schema.names import BadName

Translate = Callable[[str], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks. 0: done; 1: refused, a sentence says why; 2: wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Chinese sentence must not fail on an old console
            stream.reconfigure(errors="replace")
    options = _parser(translator(language)).parse_args(given)
    options.language = language
    try:
        return int(options.work(options))
    except Refused as refusal:
        print(refusal.sentence(language), file=sys.stderr)
    except BadName as error:
        print(translator(language)(str(error)), file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _language(arguments: list[str]) -> str:
    """The language asked for, known before anything is parsed: the help is in it too."""
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--language", choices=LANGUAGES)
    known, _rest = early.parse_known_args(arguments)
    return known.language or system_language()


def _parser(_: Translate) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kehu-server", description=_(SUMMARY))
    parser.add_argument(
        "--language", dest="early", choices=LANGUAGES, help=_("language of what is said")
    )
    commands_of = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--language", choices=LANGUAGES, help=_("language of what is said"))
    common.add_argument(
        "--url", help=_("superuser's address of another PostgreSQL server; default: the own one")
    )
    common.add_argument("--database", help=_("name of the office's database"))

    def add(name: str, work: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        text = _(HELP[name])
        command = commands_of.add_parser(name, parents=[common], help=text, description=text)
        command.set_defaults(work=work)
        return command

    _add_init(add("init", commands.init), _)
    add("start", commands.start)
    add("stop", commands.stop)
    add("status", commands.status).add_argument("--json", action="store_true", help=_(JSON))
    add("upgrade", commands.upgrade)
    add("backup", commands.backup).add_argument("file", help=_("file to write, or its folder"))
    add("restore", commands.restore).add_argument("file", help=_("file to read"))
    demo = add("demo", commands.demo)
    demo.add_argument("--seed", type=int, default=1, help=_("another number, another office"))
    unlock = add("unlock", commands.unlock)
    unlock.add_argument("login", metavar="LOGIN", help=_("the operator's login"))
    doctor = add("doctor", commands.doctor)
    doctor.add_argument("--json", action="store_true", help=_(JSON))
    doctor.add_argument("--attack", action="store_true", help=_(ATTACK))
    anchor = add("anchor", history_commands.anchor)
    anchor.add_argument("--out", required=True, metavar="FILE", help=_("file to add it to"))
    _add_verify(add("verify-history", history_commands.verify_history), _)
    _add_redact(add("redact-history", redaction_command.redact_history), _)
    _add_tls(add("tls", commands_tls.make), _)
    return parser


def _add_verify(command: argparse.ArgumentParser, _: Translate) -> None:
    command.epilog = _(VERDICTS)
    command.add_argument(
        "--anchor",
        action="append",
        default=[],
        metavar="FILE",
        help=_("anchors kept outside the database, or a backup; may be given several times"),
    )
    command.add_argument("--json", action="store_true", help=_(JSON))


def _add_redact(command: argparse.ArgumentParser, _: Translate) -> None:
    command.epilog = _(REDACTION)
    command.add_argument(
        "--record", action="append", default=[], metavar="KIND:ID", help=_("an erased record")
    )
    command.add_argument(
        "--entry", action="append", default=[], type=int, metavar="ID", help=_("one sealed entry")
    )
    command.add_argument(
        "--entries", metavar="KIND:ID", help=_("list the entries of a record instead")
    )
    command.add_argument("--reason", metavar="TEXT", help=_("why; the history keeps it"))
    command.add_argument("--json", action="store_true", help=_(JSON))


def _add_tls(command: argparse.ArgumentParser, _: Translate) -> None:
    command.add_argument("step", choices=("init", "renew"), help=_("make them, or renew them"))
    command.add_argument(
        "--host", action="append", help=_("name or address of the server; may be repeated")
    )
    command.add_argument("--out", metavar="DIR", help=_("folder of the certificates"))
    command.add_argument("--days", type=int, default=730, help=_("how long they are valid"))


def _add_init(command: argparse.ArgumentParser, _: Translate) -> None:
    command.add_argument("--admin", required=True, metavar="NAME", help=_("the administrator"))
    command.add_argument("--login", help=_("the administrator's login; default: from the name"))
    command.add_argument(
        "--password-file", metavar="FILE", help=_("first line: the administrator's password")
    )
    command.add_argument("--prefix", help=_("prefix of the office's roles; default: the database"))
    command.add_argument(
        "--lan", action="store_true", help=_("let other computers of this network connect")
    )


SUMMARY = N_("Look after the office's database server.")
JSON = N_("as JSON, for programs")
VERDICTS = N_(
    "Ends with 0 where an anchor proves history up to a moment that is named, 1 where something"
    " does not agree, 3 where history is consistent in itself only, which proves nothing."
)
ATTACK = N_("try to break in as a throw-away operator, and roll everything back")
REDACTION = N_(
    "Without a record or an entry it lists the erased records of which the history still holds"
    " contents. Who changed something when, and the reasons, stay; so does what is in backups."
)
HELP = {
    "init": N_("make the server and an empty office"),
    "start": N_("start the server"),
    "stop": N_("stop the server"),
    "status": N_("say where the server is and whether it runs"),
    "upgrade": N_("bring the database up to this program's version"),
    "backup": N_("write the whole office to one file"),
    "restore": N_("bring an office back from a backup, into an empty server"),
    "demo": N_("fill an empty office with fictional customers and orders"),
    "tls": N_("make certificates, so that a full PostgreSQL encrypts connections"),
    "unlock": N_("let somebody log in who is locked after too many wrong passwords"),
    "doctor": N_("look for what is wrong or unsafe"),
    "anchor": N_("note the head of history's chain outside the database"),
    "redact-history": N_("take the contents of erased records out of the history for good"),
    "verify-history": N_("look whether history was changed, and say what is proven"),
}

if __name__ == "__main__":
    sys.exit(main())

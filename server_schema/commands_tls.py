"""The work behind `kehu-server tls`."""

import argparse
from pathlib import Path

from resources import joined, translator
from server_schema import tls
from server_schema.home import home
from server_schema.messages import N_, Refused
from server_schema.server import Server

NO_TLS = N_(
    "The bundled server is built without TLS: what goes over the network is not encrypted,"
    " passwords excepted. These certificates are for a full PostgreSQL (--url)."
)


def make(options: argparse.Namespace) -> int:
    """Make or renew the certificates, and give them to the server if it is in reach."""
    folder = Path(options.out).expanduser().absolute() if options.out else home() / "tls"
    if not 1 <= options.days <= 3650:
        raise Refused(N_("A certificate is valid for 1 to 3650 days."))
    if options.step == "init":
        if not options.host:
            raise Refused(N_("--host: the name by which the other computers reach the server."))
        tls.init(folder, options.host, options.days)
    else:
        tls.renew(folder, options.days)
    _say(
        options,
        N_("The certificates are in {folder}, that of the server valid until {day}."),
        folder=folder,
        day=f"{tls.ends(folder):%Y-%m-%d}",
    )
    if not options.url:
        _say(options, NO_TLS)
    if options.url and _install(options, folder):
        _say(options, N_("The server uses them from now on, and refuses what is not encrypted."))
    else:
        _tell_how(options, folder)
    _say(
        options,
        N_(
            "Give {file} to each computer and choose it in the server settings of its login window."
        ),
        file=folder / tls.CA,
    )
    return 0


def _install(options: argparse.Namespace, folder: Path) -> bool:
    server = Server.of_url(options.url, options.database)
    if not tls.has_tls(server):
        raise Refused(N_("That server is built without TLS."))
    return tls.install(server, folder)


def _tell_how(options: argparse.Namespace, folder: Path) -> None:
    database = "kehu"
    if options.url or options.database:
        database = options.database or Server.of_url(options.url, None).database
    _say(
        options,
        N_(
            "Copy {certificate} and {key} into the server's data folder as {names}, readable by"
            " its own account alone."
        ),
        certificate=folder / tls.CERTIFICATE,
        key=folder / tls.KEY,
        names=joined(tls.INSTALLED, translator(options.language)),
    )
    _say(options, N_("Into postgresql.conf:"))
    print("\n".join(f"    {line}" for line in tls.settings()))
    _say(options, N_("At the top of pg_hba.conf, then load the settings again:"))
    print("\n".join(f"    {line}" for line in tls.access(database)))


def _say(options: argparse.Namespace, text: str, **values: object) -> None:
    print(translator(options.language)(text).format(**values))

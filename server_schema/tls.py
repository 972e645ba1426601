"""The office's own certificates, and how a full PostgreSQL is told to use them.

One authority of the office's own signs the server's certificate. Its certificate goes to each
computer; its key stays where it was made. The bundled server has no TLS at all.
"""

import ipaddress
import os
import re
import shutil
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from psycopg2 import extensions

from server_schema.messages import N_, Refused
from server_schema.server import Server

CA, CA_KEY, CERTIFICATE, KEY = "office-ca.crt", "office-ca.key", "server.crt", "server.key"
AUTHORITY_DAYS = 3650
BEGIN, END = "# Kehu: encrypted connections only", "# Kehu: end"
INSTALLED = ("kehu-server.crt", "kehu-server.key")


def init(folder: Path, hosts: list[str], days: int) -> None:
    """Make the authority and the server's certificate; an authority that is there stays."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (folder / CA).exists():
        raise Refused(
            N_("There are certificates in {folder} already; `tls renew` renews them."),
            folder=folder,
        )
    key = _key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Kehu office {hosts[0]}"[:64])])
    made = (
        _begun(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / CA_KEY, key)
    _write(folder / CA, made)
    _issue(folder, [_alternative(host) for host in hosts], days)


def renew(folder: Path, days: int) -> None:
    """A new key and certificate for the server, for the same names and of the same authority."""
    try:
        old = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        names = old.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        _issue(folder, list(names), days)
    except (OSError, ValueError):
        raise Refused(
            N_("There are no certificates in {folder}; `tls init` makes them."), folder=folder
        ) from None


def ends(folder: Path) -> datetime:
    """Until when the server's certificate is valid."""
    read = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    return read.not_valid_after_utc


def settings() -> list[str]:
    """What stands in postgresql.conf, with the files in the server's data folder."""
    certificate, key = INSTALLED
    return ["ssl = on", f"ssl_cert_file = '{certificate}'", f"ssl_key_file = '{key}'"]


def access(database: str) -> list[str]:
    """What stands at the top of pg_hba.conf: the office's database, encrypted or not at all."""
    name = '"' + database.replace('"', '""') + '"'
    refused = [f"hostnossl {name} all {place} reject" for place in ("0.0.0.0/0", "::/0")]
    return [BEGIN, f"hostssl {name} all all scram-sha-256", *refused, END]


def has_tls(server: Server) -> bool:
    """Whether the server was built with TLS."""
    return _shown(server, "ssl_library") != ""


def is_on(server: Server) -> bool:
    """Whether the server encrypts for whoever asks for it."""
    return _shown(server, "ssl") == "on"


def _shown(server: Server, setting: str) -> str:
    with closing(server.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", (setting,))
        return str((cursor.fetchone() or ("",))[0])


def install(server: Server, folder: Path) -> bool:
    """Give a server on this computer its certificate and rules; False where its files are out of
    reach. Rules that it cannot read are taken back."""
    with closing(server.connect("postgres")) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(
            "SELECT current_setting('data_directory'), current_setting('hba_file'),"
            " inet_client_addr() IS NULL OR inet_client_addr() = inet_server_addr()"
        )
        data, rules, here = cursor.fetchone() or ("", "", False)
        if not here or not all(os.access(place, os.W_OK) for place in (data, rules)):
            return False
        _copy(folder, Path(data))
        for setting in settings():
            cursor.execute("ALTER SYSTEM SET " + setting)
        cursor.execute("SELECT pg_reload_conf()")
        _wait_until_on(cursor)
        _write_rules(cursor, Path(rules), server.database)
        cursor.execute("SELECT pg_reload_conf()")
    return True


def _wait_until_on(cursor: extensions.cursor) -> None:
    for _ in range(50):
        cursor.execute("SHOW ssl")
        if cursor.fetchone() == ("on",):
            return
        time.sleep(0.1)
    raise Refused(N_("The server does not take the certificate; its log says why."))


def _write_rules(cursor: extensions.cursor, rules: Path, database: str) -> None:
    before = rules.read_text(encoding="utf-8")
    after = _with_rules(before, database)
    if after == before:
        return
    rules.write_text(after, encoding="utf-8")
    cursor.execute("SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL LIMIT 1")
    if wrong := cursor.fetchone():
        rules.write_text(before, encoding="utf-8")
        raise Refused(N_("The server cannot read its rules: {reason}"), reason=wrong[0])


def _with_rules(text: str, database: str) -> str:
    without = re.sub(f"{BEGIN}.*?{END}\n", "", text, flags=re.DOTALL)
    return "\n".join([*access(database), without])


def _copy(folder: Path, data: Path) -> None:
    """Beside the server's data, its owner's alone: nothing else does the server read a key from."""
    owner = data.stat()
    for source, name in zip((CERTIFICATE, KEY), INSTALLED, strict=True):
        fresh = data / f"{name}.new"
        fresh.unlink(missing_ok=True)
        shutil.copyfile(folder / source, fresh, follow_symlinks=False)
        fresh.chmod(0o600)
        if hasattr(os, "chown") and os.geteuid() == 0:
            os.chown(fresh, owner.st_uid, owner.st_gid)
        fresh.replace(data / name)


def _issue(folder: Path, names: list[x509.GeneralName], days: int) -> None:
    authority = x509.load_pem_x509_certificate((folder / CA).read_bytes())
    signing = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
    if not isinstance(signing, ec.EllipticCurvePrivateKey):
        raise ValueError(CA_KEY)
    key = _key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(names[0].value)[:64])])
    made = (
        _begun(subject, authority.subject, key.public_key(), days)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .sign(signing, hashes.SHA256())
    )
    _write_key(folder / KEY, key)
    _write(folder / CERTIFICATE, made)


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks in an office differ
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(authority: bool) -> x509.KeyUsage:
    no = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ),
        False,
    )
    return x509.KeyUsage(
        digital_signature=not authority, key_cert_sign=authority, crl_sign=authority, **no
    )


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?", host):
        raise Refused(N_("{host} is not the name of a computer."), host=host)
    return x509.DNSName(host)


def _write(path: Path, made: x509.Certificate) -> None:
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.unlink(missing_ok=True)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)

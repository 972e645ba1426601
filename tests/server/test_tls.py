"""The office's certificates: a chain that verifies, for the right name, and keys kept private."""

import os
import shutil
import socket
import ssl
import stat
import sys
import tempfile
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from cryptography import x509

from client.data.login import LoginRefused, connect
from client.data.profiles import Profile, profile_from, profile_of
from server_schema import account, cli, embedded, tls
from server_schema.messages import Refused
from tests.patience import wait_until

HOST = "localhost"


@pytest.fixture
def folder(tmp_path):
    tls.init(tmp_path / "tls", [HOST, "127.0.0.1"], 30)
    return tmp_path / "tls"


@contextmanager
def served(folder, first=b""):
    """A server with the certificate: answers `first`, then echoes over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / tls.CERTIFICATE, folder / tls.KEY)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve():
            try:
                plain, _ = listener.accept()
                with plain:
                    if first:
                        plain.recv(8)
                        plain.sendall(first)
                    if first != b"N":
                        with context.wrap_socket(plain, server_side=True) as wrapped:
                            wrapped.sendall(wrapped.recv(100)[:5])
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


def echo(port, authority, name):
    context = ssl.create_default_context(cafile=authority)
    plain = socket.create_connection(("127.0.0.1", port), 10)
    with plain, context.wrap_socket(plain, server_hostname=name) as wrapped:
        wrapped.sendall(b"hello")
        return wrapped.recv(5)


@pytest.mark.parametrize("name", [HOST, "127.0.0.1"])
def test_the_chain_verifies(folder, name):
    with served(folder) as port:
        assert echo(port, folder / tls.CA, name) == b"hello"


def test_another_name_or_authority_is_refused(folder, tmp_path):
    tls.init(tmp_path / "other", [HOST], 30)
    for authority, name in ((folder, "elsewhere"), (tmp_path / "other", HOST)):
        with served(folder) as port, pytest.raises(ssl.SSLCertVerificationError):
            echo(port, authority / tls.CA, name)


@pytest.mark.skipif(sys.platform == "win32", reason="folders of a user are private there")
def test_keys_are_private(folder):
    for key in (tls.CA_KEY, tls.KEY):
        assert stat.S_IMODE(os.stat(folder / key).st_mode) == 0o600


def test_renewing_keeps_authority_and_names(folder):
    before = {name: (folder / name).read_bytes() for name in (tls.CA, tls.CERTIFICATE, tls.KEY)}
    tls.renew(folder, 90)
    after = {name: (folder / name).read_bytes() for name in before}
    assert {name for name in before if before[name] != after[name]} == {tls.CERTIFICATE, tls.KEY}
    read = x509.load_pem_x509_certificate(after[tls.CERTIFICATE])
    read.verify_directly_issued_by(x509.load_pem_x509_certificate(after[tls.CA]))
    assert 85 < (tls.ends(folder) - read.not_valid_before_utc).days < 95
    with served(folder) as port:
        assert echo(port, folder / tls.CA, HOST) == b"hello"


def test_what_is_there_is_not_written_over(folder, tmp_path):
    with pytest.raises(Refused, match="renew"):
        tls.init(folder, [HOST], 30)
    with pytest.raises(Refused, match="init"):
        tls.renew(tmp_path / "none", 30)
    with pytest.raises(Refused, match="not the name"):
        tls.init(tmp_path / "bad", ["a name"], 30)


def test_rules_are_written_once():
    first = tls._with_rules("host all all samenet scram-sha-256\n", 'my "office"')
    assert first.splitlines()[1] == 'hostssl "my ""office""" all all scram-sha-256'
    assert tls._with_rules(first, 'my "office"') == first
    assert first.endswith("host all all samenet scram-sha-256\n")


def test_the_command_says_that_the_bundled_server_has_no_tls(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    command = ["tls", "init", "--host", "office-server", "--language", "en"]
    assert cli.main(command) == 0
    told = capsys.readouterr().out
    assert "without TLS" in told
    assert 'hostssl "kehu" all all scram-sha-256' in told
    assert "ssl_cert_file = 'kehu-server.crt'" in told
    assert (tmp_path / "tls" / tls.CA).exists()
    assert cli.main(command) == 1
    assert cli.main(["tls", "renew", "--days", "0", "--language", "en"]) == 1
    assert cli.main(["tls", "renew", "--language", "zh_CN"]) == 0


def test_a_server_without_tls_is_not_promised_any(cluster, tmp_path, capsys):
    dsn = cluster.superuser_dsn()
    url = f"postgresql://postgres:{dsn['password']}@{dsn['host']}:{dsn['port']}/postgres"
    out = ["--out", str(tmp_path / "t"), "--language", "en"]
    assert cli.main(["tls", "init", "--host", "x", "--url", url, *out]) == 1
    assert "without TLS" in capsys.readouterr().err


def test_a_profile_with_a_certificate_asks_for_it():
    for profile in (
        profile_of({"name": "x", "host": "h", "sslrootcert": "/ca.crt"}),
        profile_from("postgresql://h/kehu?sslrootcert=/ca.crt", []),
    ):
        arguments = profile.arguments()
        assert (arguments["sslmode"], arguments["sslrootcert"]) == ("verify-full", "/ca.crt")
    assert profile_of({"name": "x", "host": "h"}).arguments()["sslmode"] == "prefer"


def login(port, authority):
    profile = Profile("x", "127.0.0.1", port, "kehu", "", "verify-full", str(authority))
    with pytest.raises(LoginRefused) as caught:
        connect(profile, "ann", "secret")
    return caught.value


def test_a_wrong_authority_is_a_sentence(folder, tmp_path):
    tls.init(tmp_path / "other", [HOST], 30)
    with served(folder, b"S") as port:
        refused = login(port, tmp_path / "other" / tls.CA)
    assert refused.reason == "certificate"
    assert "not one of your office's" in str(refused)


def test_the_right_authority_is_believed(folder):
    with served(folder, b"S") as port:
        assert login(port, folder / tls.CA).reason == "unreachable"  # it only echoes


def test_a_server_that_does_not_encrypt_is_a_sentence(folder):
    with served(folder, b"N") as port:
        refused = login(port, folder / tls.CA)
    assert refused.reason == "no_tls"
    assert "does not encrypt" in str(refused)


@pytest.fixture
def full_server(tmp_path_factory):
    """A PostgreSQL that was built with TLS, where this computer has one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("there is no full PostgreSQL here")
    account.STATE.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=account.STATE if account.is_root() else None))
    who = account.account_for(folder / "data")
    secret = folder / "secret"
    secret.write_text("secret\n")
    for path in (folder, secret):
        if who:
            who.own(path)
    control = [str(found[-1].with_name("pg_ctl")), "-D", str(folder / "data"), "-w"]
    port = embedded._free_port()
    make = [str(found[-1]), "-D", str(folder / "data"), "-A", "scram-sha-256", "-U", "postgres"]
    try:
        done = account.run([*make, f"--pwfile={secret}", "-E", "UTF8", "--locale=C"], who)
        assert done.returncode == 0, done.stderr
        options = f"-p {port} -c unix_socket_directories= -c listen_addresses=127.0.0.1"
        log = tmp_path_factory.mktemp("log") / "log"
        account.run([*control, "-o", options, "start"], who, output=log)
        yield f"postgresql://postgres:secret@127.0.0.1:{port}/postgres"
        account.run([*control, "-m", "immediate", "stop"], who)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_full_server_is_given_certificate_and_rules(full_server, tmp_path, capsys):
    out, more = tmp_path / "t", ["--database", "postgres", "--language", "en"]
    command = ["--url", full_server, "--out", str(out), *more]
    assert cli.main(["tls", "init", "--host", HOST, *command]) == 0
    assert "refuses what is not encrypted" in capsys.readouterr().out
    address = full_server.replace("127.0.0.1", HOST)
    for _ in range(2):
        way = {"sslmode": "verify-full", "sslrootcert": str(out / tls.CA)}
        with closing(psycopg2.connect(address, **way)) as encrypted:
            assert encrypted.info.ssl_in_use
        with pytest.raises(psycopg2.OperationalError, match="no encryption"):
            until_refused(address)
        assert cli.main(["tls", "renew", *command]) == 0


def until_refused(address):
    """The server needs a moment to load its rules."""
    wait_until("refused", lambda: psycopg2.connect(address, sslmode="disable").close())

"""``make run``: migrate, seed once, say where everything is, and start the Procfile.

With TLS=1 the web process serves HTTPS with a certificate of a root made on this machine; the root can be fetched by a
phone over plain HTTP, since without it the phone cannot trust anything else here. Development only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import qrcode
from honcho.environ import parse_procfile
from honcho.manager import Manager

from backend.config import ROOT, from_env, make_data_dir, network_address
from backend.local_tls import make_certificates
from backend.migrations.state import upgrade

START_LIMIT_S = 120


def main() -> None:
    """Prepare, announce, run until interrupted."""
    environment = _environment()
    os.environ.update(environment)
    # In this process: starting another interpreter only for this would cost a second of every start.
    upgrade(from_env(environment).database_url)
    if not (Path(environment["DATA_DIR"]) / "demo.json").exists():
        _seed(environment)
    _announce(environment)
    sys.exit(_processes(environment))


def _environment() -> dict[str, str]:
    own = dict(os.environ)
    own["PORT"] = own.get("PORT") or "8000"
    own["SANDBOX_PORT"] = own.get("SANDBOX_PORT") or "8001"
    own["SANDBOX_HOST"] = own.get("SANDBOX_HOST") or "0.0.0.0"  # noqa: S104  the sandbox's phone page is opened from phones
    own["SANDBOX_FAULT_RATE"] = own.get("SANDBOX_FAULT_RATE") or "0.05"
    own["DATA_DIR"] = str(Path(own.get("DATA_DIR") or "var").resolve())
    own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
    own["PYTHONUNBUFFERED"] = "1"
    make_data_dir(Path(own["DATA_DIR"]))
    if own.get("TLS") == "1":
        certificate, key = make_certificates(Path(own["DATA_DIR"]) / "tls", network_address())
        own["GUNICORN_CMD_ARGS"] = f"--certfile {certificate} --keyfile {key}"
    return own


def _seed(environment: Mapping[str, str]) -> None:
    """Seeding asks the sandbox CA for certificates, so it runs for a moment before everything else."""
    sandbox = subprocess.Popen(
        [sys.executable, "-m", "backend.sandbox"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://localhost:{environment['SANDBOX_PORT']}/_control/health", sandbox)
        subprocess.run([sys.executable, "-m", "backend.cli", "seed"], cwd=ROOT, check=True)
    finally:
        sandbox.terminate()
        sandbox.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(url, timeout=1).close()  # noqa: S310  a loopback address made here
            return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    sys.exit("the sandbox CA did not start: is its port free? (SANDBOX_PORT)")


def _announce(environment: Mapping[str, str]) -> None:
    scheme = "https" if environment.get("TLS") == "1" else "http"
    port, sandbox_port, host = environment["PORT"], environment["SANDBOX_PORT"], network_address()
    people = json.loads((Path(environment["DATA_DIR"]) / "demo.json").read_text(encoding="utf-8"))["people"]
    print("\nKý Kho bạc")
    print(f"  app          {scheme}://localhost:{port}")
    if host:
        print(f"  from a phone {scheme}://{host}:{port}")
    print(f"  sandbox CA   http://localhost:{sandbox_port}/phone   (stands for the CA's phone app; no legal value)")
    if float(environment["SANDBOX_FAULT_RATE"]) > 0:
        share = f"{float(environment['SANDBOX_FAULT_RATE']):.0%}"
        print(f"               stumbles on purpose in about {share} of its calls; SANDBOX_FAULT_RATE=0: never")
    if not environment.get("SMTP_HOST"):
        print(f"  mailbox      {scheme}://localhost:{port}/demo/mailbox   (every letter the app sends)")
    print(f"  register     {scheme}://localhost:{port}/dang-ky   (a unit to try it with: README.md)")
    print(f"  API          {scheme}://localhost:{port}/api/docs\n")
    print(f"  {'user name':<12} {'password':<14} {'person':<22} {'role':<28} {'CA password'}")
    for person in people:
        secret = person["provider_password"] or ("" if person["provider"] is None else "(none needed)")
        row = (person["username"], person["password"], person["full_name"], person["role"])
        print(f"  {row[0]:<12} {row[1]:<14} {row[2]:<22} {row[3]:<28} {secret}")
    if host:
        _show_codes(environment, scheme, host, int(port))


def _show_codes(environment: Mapping[str, str], scheme: str, host: str, port: int) -> None:
    if environment.get("TLS") == "1":
        print(f"\n  1. trust this machine's root on the phone: http://{host}:{port + 2}/root.crt")
        _code(f"http://{host}:{port + 2}/root.crt")
        print(f"  2. open the app: {scheme}://{host}:{port}")
    else:
        print("\n  Over plain HTTP a phone can do all but install the app, use passkeys and get push: make run TLS=1")
    _code(f"{scheme}://{host}:{port}")


def _code(url: str) -> None:
    symbol = qrcode.QRCode(border=2)
    symbol.add_data(url)
    symbol.print_ascii(invert=sys.stdout.isatty())


def _processes(environment: Mapping[str, str]) -> int:
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env=dict(environment), cwd=str(ROOT))
    if environment.get("TLS") == "1":
        folder = Path(environment["DATA_DIR"]) / "tls" / "public"
        command = f"{sys.executable} -m http.server {int(environment['PORT']) + 2} --directory {folder}"
        manager.add_process("root", command, env=dict(environment), cwd=str(ROOT))
    manager.loop()
    return int(manager.returncode or 0)


if __name__ == "__main__":
    main()

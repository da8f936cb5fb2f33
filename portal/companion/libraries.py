"""Where the drivers of the tokens that India's certifying authorities hand out put their library.

The list was put together from what the makers document and was not tried with each of them; a
library elsewhere is named once with `configure --library`. SoftHSM, a token in software, is last.
"""

from __future__ import annotations

import glob
import os
import sys
from pathlib import Path

_LINUX_FOLDERS = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/local/lib",
)
_LINUX_NAMES = (
    "libcastle.so*",  # ePass2003 and HYP2003 (Feitian)
    "libcastle_v2.so*",
    "libes_pkcs11.so*",
    "libcastle_hyp2003.so*",
    "libwdpkcs_*.so*",  # WatchData and ProxKey
    "WatchData/ProxKey/lib/libwdpkcs_*.so*",
    "WatchData/*/lib/libwdpkcs_*.so*",
    "libcryptoid_pkcs11.so*",  # mToken (Longmai)
    "libmtoken_pkcs11.so*",
    "libaetpkss.so*",  # StarKey, SafeSign
    "libeTPkcs11.so*",  # SafeNet eToken
    "opensc-pkcs11.so",
    "pkcs11/opensc-pkcs11.so",
    "softhsm/libsofthsm2.so",
)
_LINUX_ELSEWHERE = (
    "/opt/ePass2003-Castle-*/redist/libcastle*.so*",
    "/opt/hyp2003/libcastle*.so*",
    "/opt/CryptoIDATools/bin/lib/libcryptoid_pkcs11.so",
)
_WINDOWS_NAMES = (
    "eps2003csp11v2.dll",  # ePass2003
    "eps2003csp11.dll",
    "eps2003csp1164.dll",
    "HYP2003csp11.dll",
    "wdpkcs.dll",  # WatchData and ProxKey
    "SignatureP11.dll",
    "CryptoIDA_pkcs11.dll",  # mToken
    "aetpkss1.dll",
    "eTPKCS11.dll",
    "opensc-pkcs11.dll",
)
_WINDOWS_ELSEWHERE = (
    "OpenSC Project/OpenSC/pkcs11/opensc-pkcs11.dll",
    "SoftHSM2/lib/softhsm2-x64.dll",
)
_MAC = (
    "/Library/ePass2003*/libcastle*.dylib",
    "/usr/local/lib/libcastle*.dylib",
    "/usr/local/lib/wdProxKeyUsbKeyTool/libwdpkcs_*.dylib",
    "/usr/local/lib/libcryptoid_pkcs11.dylib",
    "/usr/local/lib/libeTPkcs11.dylib",
    "/Library/OpenSC/lib/opensc-pkcs11.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


def candidates(chosen: str, platform: str = sys.platform) -> list[str]:
    """Libraries to try in order, each once: the chosen one alone, else those that exist."""
    if chosen:
        return [chosen]
    found: dict[str, str] = {}
    for pattern in _patterns(platform):
        for path in sorted(glob.glob(pattern)):
            found.setdefault(str(Path(path).resolve()), path)
    return list(found.values())


def _patterns(platform: str) -> list[str]:
    if platform == "win32":
        system = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
        programs = os.environ.get("PROGRAMFILES", r"C:\Program Files")
        return [os.path.join(system, name) for name in _WINDOWS_NAMES] + [
            os.path.join(programs, name) for name in _WINDOWS_ELSEWHERE
        ]
    if platform == "darwin":
        return list(_MAC)
    names = [os.path.join(folder, name) for name in _LINUX_NAMES for folder in _LINUX_FOLDERS]
    softhsm = [name for name in names if "softhsm" in name]
    return [n for n in names if n not in softhsm] + list(_LINUX_ELSEWHERE) + softhsm

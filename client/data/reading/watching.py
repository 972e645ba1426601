"""How much memory another process uses, where the system cannot limit it (Windows)."""

import ctypes
import subprocess
import sys


class _Counters(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("faults", ctypes.c_uint32),
        ("peak_working_set", ctypes.c_size_t),
        ("working_set", ctypes.c_size_t),
        ("peak_paged_pool", ctypes.c_size_t),
        ("paged_pool", ctypes.c_size_t),
        ("peak_nonpaged_pool", ctypes.c_size_t),
        ("nonpaged_pool", ctypes.c_size_t),
        ("pagefile", ctypes.c_size_t),
        ("peak_pagefile", ctypes.c_size_t),
    ]


def memory_of(process: "subprocess.Popen[bytes]") -> int:
    """Bytes that a child process has taken; 0 where the system limits it by itself."""
    if sys.platform != "win32":
        return 0
    counters = _Counters(size=ctypes.sizeof(_Counters))
    handle = ctypes.c_void_p(int(process._handle))
    known = ctypes.windll.psapi.GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.size)
    return int(counters.pagefile) if known else 0

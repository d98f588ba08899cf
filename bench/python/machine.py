"""What else the machine does, and how much memory this process has taken: the Python side of ``machine.ts``."""

import os
import sys
import time


class BusyCores:
    """How much of the machine other processes use, in cores. Linux only."""

    def __init__(self):
        self.started = time.perf_counter(), time.process_time(), self.ticks()

    @staticmethod
    def ticks():
        try:
            with open("/proc/stat") as stat:
                fields = [int(field) for field in stat.readline().split()[1:]]
        except OSError:
            return None
        user, nice, system, _idle, _iowait, irq, softirq, steal = fields[:8]
        return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")

    def foreign(self):
        wall, own, busy = self.started
        if busy is None:
            return None
        elapsed = time.perf_counter() - wall
        used = self.ticks() - busy - (time.process_time() - own)
        return max(0.0, used / elapsed)


def peak_memory():
    """The largest resident set so far, in bytes."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

"""Where in a night a blow falls, and how much of the night's work it costs: by the log of its attempts, and by when the files of
its checkpoint were written.
"""

import os
import pathlib
import re
import time

import sites

STAGE = re.compile(r"info: stage (\w+)$")
KEPT = re.compile(r"info: checkpoint \d+ kept in .* in ([\d.]+) s$")
TAKEN_UP = re.compile(r"info: (?:attempt \d+: going on from checkpoint (\d+) in |.*: no checkpoint there: starting from the sources)")
GENERATION = re.compile(rb"\x6ageneration(?:([\x00-\x17])|\x18(.)|\x19(..)|\x1a(....))", re.DOTALL)  # as CBOR has it
KEEPS = "kmeans"  # the stage in which checkpoints are kept: what follows from it is made again


def generation_in(path):
    """The number of a checkpoint, and when it was written; nothing where the file has just made room for the next."""
    try:
        found = GENERATION.search(path.read_bytes())
        return int.from_bytes(next(digits for digits in found.groups() if digits), "big"), path.stat().st_mtime
    except FileNotFoundError:
        return None


def started(pids):
    """When the youngest of some processes was started; nothing where none lives."""
    ages = []
    for pid in pids:
        try:
            ticks = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
            ages.append(time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK"))
        except OSError:
            pass
    return time.time() - min(ages) if ages else None


class Blow:
    """One that may have ended an attempt: what it cost shows when the next attempt says what it goes on from."""

    def __init__(self, kind, began, newest, entered):
        self.kind, self.began, self.newest, self.entered, self.when = kind, began, newest, entered, time.time()

    def cost(self, kept):
        """Seconds of work, and those of them in which a checkpoint could have been kept."""
        since = max(kept, self.began)
        until = [when for _, when in self.entered[1:]] + [self.when]
        keeping = sum(max(0.0, min(end, self.when) - max(begin, since))
                      for (stage, begin), end in zip(self.entered, until) if stage == KEEPS)
        return max(0.0, self.when - since), keeping


class Watch:
    """Of one night. look() is called often."""

    def __init__(self, site, checkpoint):
        self.site, self.checkpoint = site, pathlib.Path(checkpoint)
        self.read, self.kept = {}, {}
        self.entered, self.struck_at, self.began = [], 0.0, None  # stages of the attempt, and when each was entered
        self.longest_keep, self.took = 0.0, {}  # took: seconds of a stage, by how many came before it
        self.at_risk, self.costs = [], []

    def look(self):
        for path in self.checkpoint.glob("state-?"):
            if found := generation_in(path):
                self.kept[found[0]] = found[1]
        for log in self.site.folder.glob("*.log"):
            with open(log, "rb") as file:
                file.seek(self.read.get(log, 0))
                new = file.read()
            new = new[:new.rfind(b"\n") + 1]
            self.read[log] = self.read.get(log, 0) + len(new)
            for line in new.decode(errors="replace").splitlines():
                self.hear(line)

    def hear(self, line):
        if found := STAGE.search(line):
            self.leave_stage()
            self.entered.append((found[1], time.time()))
        elif found := KEPT.search(line):
            self.longest_keep = max(self.longest_keep, float(found[1]))
        elif found := TAKEN_UP.search(line):
            self.take_up(int(found[1] or 0))

    def leave_stage(self):
        if self.entered:
            self.took[len(self.entered) - 1] = time.time() - self.entered[-1][1]

    def take_up(self, generation):
        if generation == 0:
            self.kept.clear()
        kept = max((when for number, when in self.kept.items() if number <= generation), default=0.0)
        for blow in self.at_risk:
            seconds, keeping = blow.cost(kept)
            self.costs.append({"blow": blow.kind, "goes_on_from": generation, "lost_s": round(seconds, 2),
                               "of_clustering_s": round(keeping, 2)})
        self.at_risk, self.entered = [], []

    def stage(self):
        return self.entered[-1][0] if self.entered else "start"

    def stages_since_blow(self):
        """How many stages the attempt has entered; none as long as it may be one that a blow has ended."""
        return len(self.entered) if self.entered and self.entered[-1][1] > self.struck_at else 0

    def brace(self):
        """Before a blow: which attempt is at work."""
        self.look()
        self.began = started(self.site.ranks())
        if self.began and self.entered and self.began > self.entered[-1][1]:
            self.entered = []

    def struck(self, kind):
        self.struck_at = time.time()
        if self.began is None:
            return  # nobody was at work
        newest = max(self.kept, default=0)
        still = self.at_risk[-1] if self.at_risk else None
        if still and abs(still.began - self.began) < 1 and still.newest == newest and still.kind not in sites.HARMLESS:
            return  # the attempt has not worked since the blow before
        self.at_risk.append(Blow(kind, self.began, newest, list(self.entered)))

"""Whether a folder of results is what it must be at every moment: the old night readable, or the new one complete."""

import json

import h5py
import numpy

DIGESTED = ("ingest", "accounts", "segmentations")


def contents(path):
    """Every data set that the digest covers, as bytes, read to the last; and the digest."""
    with h5py.File(path) as file:
        found = {}

        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                found[name] = numpy.asarray(item[()]).tobytes()

        for group in DIGESTED:
            file[group].visititems(lambda name, item, group=group: visit(f"{group}/{name}", item))
        return {name: data for name, data in found.items() if name not in ("ingest/quarantine/line",)}, digest_of(file)


def digest_of(file):
    digest = file.attrs["digest"]
    return digest.decode() if isinstance(digest, bytes) else str(digest)


class Folder:
    """Results of an old night, and of a new one that is being disturbed."""

    def __init__(self, path, old, new, expected):
        """`expected`: the results of the new night as they are undisturbed."""
        self.path, self.new = path, path / f"{new}.h5"
        self.old = path / f"{old}.h5"
        self.old_contents, self.expected = contents(self.old), contents(expected)
        self.known = {}  # a file as it was when it was last read, and what it held

    def holds(self, path, expected):
        """Whether a file holds that to the last byte. One that nobody has written to since is not read again."""
        stat = path.stat()
        mark = (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        if self.known.get(path) != (mark, True):
            self.known[path] = (mark, contents(path) == expected)
        return self.known[path][1]

    def check(self):
        """Throws where the old night is not readable, or the new one is half there. True: the new night is published."""
        assert self.holds(self.old, self.old_contents), "the old night's results have changed"
        newest = (self.path / "latest.h5").resolve()
        assert newest in (self.old, self.new), f"latest.h5 leads to {newest}"
        manifest = self.new.with_suffix(".json")
        if self.new.exists():
            assert self.holds(self.new, self.expected), f"{self.new} has its final name and is not the undisturbed night"
        if manifest.exists():
            said = json.loads(manifest.read_text())
            assert self.new.exists(), f"{manifest} tells of results that are not there"
            assert said["state"] == "published" and said["results"]["digest"] == self.expected[1], f"{manifest}: {said}"
        return manifest.exists()

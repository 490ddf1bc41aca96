"""tessera compare: two designs of one night, nights since a date, as text and as JSON; ids outlive an empty macro segment, another name, and a
segmentation that is out of the job for a while."""

import json
import pathlib
import random

import night

JOB = """name = "compare"
seed = 3
[[source]]
name = "crm"
path = "{folder}/crm.csv"
key = "id"
[[source]]
name = "market"
kind = "market"
path = "{folder}/market.csv"
key = "segment"
companies = "companies"
[[macro]]
name = "size"
column = "employees"
bands = [ {{ name = "Small", below = 50 }}, {{ name = "Large", from = 50 }} ]
[value]
column = "revenue"
[[segmentation]]
name = "one"
scope = "macro"
features = ["visits", "calls"]
k = 2
names = {{ Small = "Shops" }}
{other}
[previous]
path = "{folder}/nights/latest.h5"
[output]
path = "{folder}/nights/{{night}}.h5"
"""
OTHER = """[[segmentation]]
name = "other"
features = ["visits"]
k = 2
"""


def write(folder, without_large=False):
    draw = random.Random(4)
    lines = ["id,employees,visits,calls,revenue"]
    for i in range(400):
        employees, far = (20, 300)[i % 2], (i // 2) % 2
        visits, calls = draw.gauss(10 + 40 * far, 2), draw.gauss(60 - 40 * far, 2)
        if not (without_large and employees == 300):
            lines.append(f"a{i},{employees},{visits:.3f},{calls:.3f},{1 + i % 7}")
    (folder / "crm.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


class Nights:
    def __init__(self, tessera, folder):
        self.tessera, self.folder = tessera, folder
        (folder / "market.csv").write_text("segment,companies\nSmall,5000\nLarge,900\n", encoding="utf-8")

    def path(self, date):
        return self.folder / "nights" / f"{date}.h5"

    def run(self, date, other=OTHER, **feed):
        write(self.folder, **feed)
        (self.folder / "job.toml").write_text(JOB.format(folder=self.folder, other=other), encoding="utf-8")
        self.tessera.call("run", self.folder / "job.toml", "--night", date)
        return {one["name"]: {each["id"]: each for each in one["segments"]} for one in self.tessera.show(self.path(date))["segmentations"]}

    def compare(self, *words):
        return json.loads(self.tessera.call("compare", *words, "--json").stdout)


def names_of(segments, level):
    return {key: one["name"] for key, one in segments.items() if one["level"] == level}


def main():
    tessera = night.Tessera(night.arguments(__doc__).parse_args())
    with night.temporary_folder() as scratch:
        nights = Nights(tessera, pathlib.Path(scratch))
        first = nights.run("2026-01-01")
        second = nights.run("2026-01-02", other="", without_large=True)
        third = nights.run("2026-01-03")

        assert set(names_of(first["one"], "macro").values()) == {"Shops", "Large"}, first["one"]
        assert names_of(third["one"], "macro") == names_of(first["one"], "macro"), "a macro segment came back as another"
        shops = next(key for key, one in first["one"].items() if one["name"] == "Shops")
        assert shops in second["one"], "its name made a macro segment another"
        for one in (first, third):
            names = set(names_of(one["one"], "core").values())
            assert sum(name.startswith("Shops · ") for name in names) == 2, names
            assert sum(name.startswith("Large · ") for name in names) == 2, names
        assert "other" not in second and names_of(third["other"], "macro") == names_of(first["other"], "macro")
        assert not names_of(first["other"], "core").keys() & names_of(third["other"], "core").keys(), "ids came back for other segments"

        designs = nights.compare(f"{nights.path('2026-01-01')}:one", f"{nights.path('2026-01-01')}:other")["segmentations"][0]
        assert (designs["then"], designs["now"], designs["level"], designs["shared"]) == ("one", "other", "core", 400), designs
        assert sum(pair["accounts"] for pair in designs["migration"]) == 400 and "segments" not in designs
        text = tessera.call("compare", f"{nights.path('2026-01-01')}:one", f"{nights.path('2026-01-01')}:other").stdout
        assert '"one" beside "other"' in text, text
        wrong = tessera.call("compare", f"{nights.path('2026-01-01')}:none", f"{nights.path('2026-01-01')}:one", check=False)
        assert wrong.returncode == 64 and 'it has "one", "other"' in wrong.stderr, wrong.stderr

        latest = nights.folder / "nights/latest.h5"
        tessera.call("score", nights.path("2026-01-01"), nights.folder / "crm.csv", "-o", nights.folder / "nights/a-scored.h5")
        review = nights.compare(latest, "--since", "2026-01-01")
        assert review["nights"] == ["2026-01-01", "2026-01-02", "2026-01-03"], review["nights"]
        advice = {one["id"]: one for one in review["segments"] if one["segmentation"] == "one"}
        small = [one for one in advice.values() if one["advice"] == "keep"]
        assert len(small) >= 2 and all(one["accounts"][0] == one["accounts"][2] == 100 for one in small), advice
        assert any(one["accounts"][1] is None for one in advice.values()), advice
        assert nights.compare(latest, "--since", "2026-01-02")["nights"] == ["2026-01-02", "2026-01-03"]
        alone = tessera.call("compare", latest, "--since", "2026-01-03", check=False)
        assert alone.returncode == 64 and "needs two" in alone.stderr, alone.stderr
    print("OK")


main()

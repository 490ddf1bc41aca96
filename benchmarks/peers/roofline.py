"""The roofline plot of the peers: how fast each runs, over what the machine could do at most. SVG by hand."""

import html
import math
import pathlib

WIDTH, HEIGHT = 960, 680
LEFT, RIGHT, TOP, BOTTOM = 80, 800, 70, 520
STEP = 26  # between cases of one intensity, which stand beside one another
INK, FAINT = "#222222", "#dddddd"
LETTER = 'font-weight="bold" stroke="white" stroke-width="4" paint-order="stroke"'  # legible on a line as well

# A polygon about the origin, and a colour, for each who runs; no two alike without colour.
MARKS = {
    "tessera": ("Tessera", "#c1272d", [(0, -8), (2.4, -2.4), (8, -2.4), (3.6, 1.6), (5, 7.4),
                                       (0, 4), (-5, 7.4), (-3.6, 1.6), (-8, -2.4), (-2.4, -2.4)]),
    "sklearn lloyd": ("scikit-learn, Lloyd", "#1b5e9b", [(-5, -5), (5, -5), (5, 5), (-5, 5)]),
    "sklearn elkan": ("scikit-learn, Elkan", "#4c9bd6", [(0, -6), (6, 5), (-6, 5)]),
    "FAISS": ("FAISS", "#2f8f4e", [(0, -6.5), (6.5, 0), (0, 6.5), (-6.5, 0)]),
}
CAPTION = (
    "A point a case and runner; the letters are the cases', and cases of one intensity stand beside one another. GFLOP/s are those of plain passes:",
    "2·n·k·d·(iterations + 1) operations, whether they were made or not. Tessera may lie above the roof of float multiply-adds: its bounds leave most",
    "distances out, and its first pass is in bf16, which has twice the rate. Flops a byte: 2·n·k·d over the 4·n·d bytes of accounts that a pass reads.",
)


class Logarithmic:
    """An axis from `low` to `high`, drawn from `begin` to `end`."""

    def __init__(self, low, high, begin, end):
        self.low, self.high, self.begin, self.end = low, high, begin, end

    def __call__(self, value):
        return self.begin + (self.end - self.begin) * math.log(value / self.low) / math.log(self.high / self.low)


def text(x, y, words, size=13, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{INK}" {more}>{html.escape(words)}</text>'


def line(x1, y1, x2, y2, colour=FAINT, width=1.0, more=""):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}" {more}/>'


def mark(x, y, runner, says=""):
    _, colour, polygon = MARKS[runner]
    corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in polygon)
    return f'<polygon points="{corners}" fill="{colour}" stroke="white" stroke-width="0.8"><title>{html.escape(says)}</title></polygon>'


def axes_for(roofs, figures):
    """Powers of two across, from below the ridge of the roofs; 1, 2, 5 up."""
    intensities = [figure["flops_a_byte"] for figure in figures] + [roofs["gflop_s"] / roofs["read_gb_s"]]
    speeds = [value for figure in figures for value in figure["gflop_s"].values()] + [roofs["gflop_s"]]
    low, high = 2.0 ** math.floor(math.log2(min(intensities)) - 1), 2.0 ** math.ceil(math.log2(max(intensities)) + 1)
    steps = [step * 10.0 ** power for power in range(-6, 9) for step in (1, 2, 5)]
    bottom = max(step for step in steps if step <= 0.7 * min(speeds))
    top = min(step for step in steps if step >= 1.3 * max(speeds))
    return Logarithmic(low, high, LEFT, RIGHT), Logarithmic(bottom, top, BOTTOM, TOP), [s for s in steps if bottom <= s <= top]


def grid(across, up, steps):
    drawn = []
    for power in range(round(math.log2(across.low)), round(math.log2(across.high)) + 1):
        x = across(2.0 ** power)
        drawn += [line(x, TOP, x, BOTTOM), text(x, BOTTOM + 38, f"{2.0 ** power:g}")]
    for step in steps:
        drawn += [line(LEFT, up(step), RIGHT, up(step)), text(LEFT - 8, up(step) + 4, f"{step:,.10g}", anchor="end")]
    drawn.append(text((LEFT + RIGHT) / 2, BOTTOM + 62, "flops a byte of accounts read (k / 2)", 14))
    drawn.append(text(24, (TOP + BOTTOM) / 2, "GFLOP/s of plain passes", 14, more=f'transform="rotate(-90 24 {(TOP + BOTTOM) / 2})"'))
    return drawn


def roof_lines(across, up, roofs):
    """The slope of reading up to the ridge, and the level of multiply-adds from there."""
    peak, read = roofs["gflop_s"], roofs["read_gb_s"]
    ridge = peak / read
    begin = max(across.low, up.low / read)
    slope = f"{read:.0f} GB/s read"
    x, y = across(math.sqrt(begin * ridge)), up(read * math.sqrt(begin * ridge))
    tilt = math.degrees(math.atan2(up(peak) - up(begin * read), across(ridge) - across(begin)))
    return [line(across(begin), up(begin * read), across(ridge), up(peak), INK, 2.0),
            line(across(ridge), up(peak), RIGHT, up(peak), INK, 2.0),
            text(x, y - 8, slope, more=f'transform="rotate({tilt:.1f} {x:.1f} {y:.1f})"'),
            text(RIGHT + 8, up(peak) + 4, f"{peak:.0f} GFLOP/s float", anchor="start")]


def places(across, figures):
    """Where each case stands across: {case: x}."""
    together = {}
    for figure in figures:
        together.setdefault(figure["flops_a_byte"], []).append(figure["case"])
    return {case: across(intensity) + STEP * (i - (len(cases) - 1) / 2)
            for intensity, cases in together.items() for i, case in enumerate(cases)}


def points(across, up, figures):
    drawn = []
    for case, x in places(across, figures).items():
        (speeds,) = [figure["gflop_s"] for figure in figures if figure["case"] == case]
        drawn.append(line(x, up(max(speeds.values())), x, BOTTOM, "#999999", 1.0, 'stroke-dasharray="2 3"'))
        drawn.append(text(x, up(max(speeds.values())) - 12, case, 14, more=LETTER))
        drawn.append(text(x, BOTTOM + 18, case, 14, more=LETTER))
        for runner in reversed(MARKS):  # Tessera on top
            if runner in speeds:
                drawn.append(mark(x, up(speeds[runner]), runner, f"{case}, {MARKS[runner][0]}: {speeds[runner]:.0f} GFLOP/s"))
    return drawn


def legend():
    drawn = []
    for i, runner in enumerate(MARKS):
        y = BOTTOM - 24 * (len(MARKS) - 1 - i) - 6
        drawn += [mark(RIGHT + 22, y, runner), text(RIGHT + 36, y + 4, MARKS[runner][0], anchor="start")]
    return drawn


def write_roofline(path, machine, roofs, figures):
    across, up, steps = axes_for(roofs, figures)
    threads = f"{roofs['threads']} thread" + ("" if roofs["threads"] == 1 else "s")
    drawn = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             text(LEFT, 36, f"k-means in plain-pass equivalents: {machine}, {threads}", 17, "start"),
             *grid(across, up, steps), *roof_lines(across, up, roofs), *points(across, up, figures), *legend(),
             *(text(LEFT, BOTTOM + 96 + 18 * i, words, 12, "start") for i, words in enumerate(CAPTION)), "</svg>"]
    pathlib.Path(path).write_text("\n".join(drawn) + "\n", encoding="utf-8")

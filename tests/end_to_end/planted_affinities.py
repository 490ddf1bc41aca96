"""What resonates with whom in the generated company, as src/generate/planted.cpp has it, and a check that it is found."""

import collections

CHANNELS = ["email", "webinar", "phone", "event", "social"]
CONTENT = ["case study", "white paper", "demo video", "price list", "blog"]
PRODUCTS = ["Starter", "Team", "Business", "Platform", "Services", "Support"]
THEMES = ["price", "support", "usability", "reliability", "features", "onboarding"]
# By planted segment: places in the lists above.
PLANTED = [(2, 3, 0, 0), (4, 4, 1, 4), (3, 1, 2, 3), (1, 0, 4, 1), (2, 1, 3, 3), (2, 3, 5, 1), (1, 2, 0, 5), (3, 2, 3, 2)]
PURE = 0.9


def preferred(segment):
    return {row["affinity"]: row["choice"] for row in segment["affinities"] if row["is_preferred"]}


def check(segments, core, truth):
    """`segments` as show --json has them; `core` is the row of each account's core segment, `truth` its planted one."""
    checked = 0
    for row in sorted(set(core)):
        planted = collections.Counter(truth[core == row]).most_common(1)[0]
        if planted[1] < PURE * (core == row).sum():
            continue
        channel, content, product, theme = PLANTED[int(planted[0])]
        expected = {"channel": CHANNELS[channel], "content": CONTENT[content], "product": PRODUCTS[product],
                    "feedback.theme": THEMES[theme]}
        found = preferred(segments[row])
        assert found == expected, f"{segments[row]['name']} (planted {planted[0]}) prefers {found}, not {expected}"
        checked += 1
    print(f"planted affinities found in {checked} core segments")
    assert checked >= len(PLANTED) - 2, "too few core segments are of one planted segment"

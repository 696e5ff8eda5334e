"""The reliability plot of `muniment match evaluate` as SVG; the printed table has the same content."""

from __future__ import annotations

from collections.abc import Sequence

from muniment.identity.calibration import Bin

SIDE = 320
EDGE = 44


def reliability_plot(bins: Sequence[Bin]) -> str:
    """What was said (across) against what is so (up); on the diagonal both are equal. Larger circles are more pairs."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE + 2 * EDGE} {SIDE + 2 * EDGE}" role="img">',
        "<title>Of pairs said to have a probability, how many are of one person</title>",
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#565c65"/>',
        f'<line x1="{EDGE}" y1="{EDGE + SIDE}" x2="{EDGE + SIDE}" y2="{EDGE}" stroke="#a9aeb1" stroke-dasharray="4"/>',
        *(_tick(share / 4) for share in range(5)),
        *(_circle(each) for each in bins),
        f'<text x="{EDGE + SIDE / 2}" y="{SIDE + 2 * EDGE - 8}" text-anchor="middle" font-size="13">said</text>',
        f'<text x="14" y="{EDGE - 12}" font-size="13">so</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _tick(share: float) -> str:
    across, up = EDGE + SIDE * share, EDGE + SIDE * (1 - share)
    return (
        f'<text x="{across:g}" y="{EDGE + SIDE + 16}" text-anchor="middle" font-size="11">{share:g}</text>'
        f'<text x="{EDGE - 6}" y="{up + 4:g}" text-anchor="end" font-size="11">{share:g}</text>'
    )


def _circle(each: Bin) -> str:
    across, up = EDGE + SIDE * each.said, EDGE + SIDE * (1 - each.true)
    radius = min(3 + len(str(each.pairs)), 10)
    said = f"{each.pairs:,} pairs said to be {each.said:.3f}: {each.true:.3f} are of one person"
    circle = f'cx="{across:.1f}" cy="{up:.1f}" r="{radius}" fill="#005ea2" fill-opacity="0.6"'
    return f"<circle {circle}><title>{said}</title></circle>"

"""Graphs as pictures: a box a value, with data and gradient, a circle the operation that made it.

Operands stand left of what is made from them, the loss at the right; leaves just before their first use.
"""

from collections.abc import Mapping
from html import escape

from reckon.lecture.graphs import Value

_BOX, _HEIGHT, _RADIUS, _STEP, _ROW = 86, 44, 15, 158, 54  # pixels; _STEP from column to column
_MARGIN, _TITLE = 12, 26
_FILLS = {True: "#eef4fb", False: "#ffffff"}  # leaves, and what is made from them

Places = dict[Value, tuple[int, float]]


def picture(graphs: Mapping[str, Value]) -> str:
    """The SVG of several graphs below each other, each under its name."""
    parts, top, width = [], float(_MARGIN), 0.0
    for name, loss in graphs.items():
        places = placed(loss)
        columns, rows = (max(place[axis] for place in places.values()) + 1 for axis in (0, 1))
        parts.append(f'<text x="{_MARGIN}" y="{top + 14:g}" font-size="14">{escape(name)}</text>')
        parts += [f'<g transform="translate({_MARGIN},{top + _TITLE:g})">', *_drawn(places), "</g>"]
        top += _TITLE + rows * _ROW + _MARGIN
        width = max(width, columns * _STEP - (_STEP - _BOX) + 2 * _MARGIN)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {top:g}" width="{width:g}"'
    return "\n".join(
        [f'{head} height="{top:g}" font-family="sans-serif" font-size="11">', *parts, "</svg>\n"]
    )


def placed(loss: Value) -> Places:
    """Column and row of each value: no two share a place, and operands lie left of what they make."""
    order = loss.graph()
    columns: dict[Value, int] = {}
    for value in order:
        columns[value] = 1 + max((columns[operand] for operand, _ in value.operands), default=-1)
    for value in order:
        if not value.operands:
            uses = [columns[user] for user in order if value in dict(user.operands)]
            columns[value] = min(uses, default=1) - 1
    wanted: dict[Value, float] = {}
    for value in order:  # leaves below each other, the others amid their operands
        rows = [wanted[operand] for operand, _ in value.operands]
        leaves = sum(not other.operands for other in wanted)
        wanted[value] = sum(rows) / len(rows) if rows else float(leaves)
    return {
        value: (column, row)
        for column in sorted(set(columns.values()))
        for value, row in _apart([v for v in order if columns[v] == column], wanted).items()
    }


def _apart(values: list[Value], wanted: Mapping[Value, float]) -> dict[Value, float]:
    """Rows at least one apart, as near to those wanted as going down the column allows."""
    rows: dict[Value, float] = {}
    free = 0.0
    for value in sorted(values, key=wanted.__getitem__):
        rows[value] = max(wanted[value], free)
        free = rows[value] + 1
    return rows


def _drawn(places: Places) -> list[str]:
    arrows, shapes = [], []
    for value, (column, row) in places.items():
        x, y = column * _STEP, row * _ROW + _HEIGHT / 2  # left edge and middle of the box
        shapes += _box(value, x, y)
        if value.operands:
            centre = x - 2 * _RADIUS
            shapes += _circle(value.operation, centre, y)
            arrows.append(_line(centre + _RADIUS, y, x, y))
            for operand, _ in value.operands:
                of_column, of_row = places[operand]
                start = of_column * _STEP + _BOX, of_row * _ROW + _HEIGHT / 2
                arrows.append(_line(*start, centre - _RADIUS, y))
    return arrows + shapes


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}" stroke="#667"/>'


def _text(words: str, x: float, y: float, size: int = 11) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size}">{escape(words)}</text>'


def _circle(operation: str, x: float, y: float) -> list[str]:
    size = 13 if len(operation) == 1 else 10
    circle = f'<circle cx="{x:g}" cy="{y:g}" r="{_RADIUS}" fill="#fff7e6" stroke="#333"/>'
    return [circle, _text(operation, x, y + size / 3, size)]


def _box(value: Value, x: float, y: float) -> list[str]:
    top, fill = y - _HEIGHT / 2, _FILLS[not value.operands]
    box = f'<rect x="{x:g}" y="{top:g}" width="{_BOX}" height="{_HEIGHT}" fill="{fill}" stroke="#333"/>'
    lines = (value.name, f"{value.data:.4g}", f"∂ {value.gradient:.4g}")
    return [box, *(_text(line, x + _BOX / 2, top + 12 + 13 * n) for n, line in enumerate(lines))]

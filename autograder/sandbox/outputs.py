"""What a cell shows, taken from frames that may say anything: known forms only, and no more than can be looked at."""

from __future__ import annotations

from typing import Any

_MOST = 200  # outputs of one cell


class Outputs:
    """Collect one cell's outputs as nbformat has them.

    Args:
        room: Characters that may still be kept; what comes later is left out.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: list[dict[str, Any]] = []
        self._texts: list[
            tuple[dict[str, Any], list[str]]
        ] = []  # streams, whose pieces are joined at the end
        self.used = 0

    def note(self, header: dict[str, Any]) -> None:
        """Keep one output; leave out what is not of a known form, and what comes after the 200th."""
        match header:
            case {"op": "stream", "name": "stdout" | "stderr" as name, "text": str(text)}:
                if self._kept and self._kept[-1].get("name") == name:
                    if text and self._fits(len(text)):
                        self._texts[-1][1].append(text)
                elif self._fits(len(text)):
                    output = {"output_type": "stream", "name": name, "text": ""}
                    self._texts.append((output, [text]))
                    self._kept.append(output)
            case {"op": "display" | "result", "data": dict(data)}:
                kept = {k: v for k, v in data.items() if isinstance(v, str)}
                if kept and self._fits(sum(len(k) + len(v) for k, v in kept.items())):
                    self._kept.append({"output_type": "display_data", "data": kept, "metadata": {}})
            case {"op": "error", "ename": str(name), "evalue": str(value), "traceback": list(trace)}:
                lines = [line for line in trace if isinstance(line, str)]
                if self._fits(len(name) + len(value) + sum(map(len, lines))):
                    error = {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}
                    self._kept.append(error)

    def _fits(self, size: int) -> bool:
        size += 50  # an empty output is not for nothing
        if len(self._kept) >= _MOST or self.used + size > self._room:
            return False
        self.used += size
        return True

    def finished(self) -> list[dict[str, Any]]:
        """Return what was kept."""
        for output, pieces in self._texts:
            output["text"] = "".join(pieces)
        return self._kept

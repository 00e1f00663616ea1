"""Weighted means of the themes: arithmetic, geometric, harmonic and generalised, one family.

The mean of power p is `(sum w x^p)^(1/p)`, and the geometric mean its limit at p = 0 (OECD/JRC
*Handbook*, step 7; Hardy, Littlewood & Polya 1934, chapter 2). The lower p, the less a strong theme
makes up for a weak one. At p <= 0 a single zero makes the mean zero, so an `offset` may lift the
scale from 0-100 to offset-100 before the mean is taken, and back after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
# Stand for the logarithm and the negative power of zero, so that a weight of 0 still leaves it out.
LOG_OF_ZERO, POWER_OF_ZERO = -1e6, 1e300


@dataclass(frozen=True)
class Mean:
    """A mean by its name, power and offset in points."""

    name: str
    power: float = 1.0
    offset: float = 0.0

    @property
    def linear(self) -> bool:
        """Whether it is the plain arithmetic mean."""
        return self.power == 1

    @property
    def needs_positive(self) -> bool:
        """Whether one zero makes the whole zero."""
        return self.power <= 0 and self.offset == 0

    def up(self, x: np.ndarray) -> np.ndarray:
        """Scores on the scale on which the mean is a weighted sum; NaN stays NaN."""
        if self.linear:
            return x
        lifted = self.offset + (1 - self.offset / 100) * np.maximum(x, 0.0).astype(float)
        with np.errstate(divide="ignore"):
            if self.power == 0:
                return np.where(lifted == 0, LOG_OF_ZERO, np.log(lifted))
            raised = lifted**self.power
        return np.where((lifted == 0) & (self.power < 0), POWER_OF_ZERO, raised)

    def down(self, summed: np.ndarray) -> np.ndarray:
        """The weighted sum of `up` brought back to 0-100."""
        if self.linear:
            return summed
        mean = np.exp(summed) if self.power == 0 else summed ** (1 / self.power)
        return np.clip((mean - self.offset) / (1 - self.offset / 100), 0, 100)

    def slopes(self, x: np.ndarray, weights: np.ndarray, mean: np.ndarray) -> np.ndarray:
        """Change of the mean for one point more of each score: `w (mean / x)^(1 - p)`, lifted.

        Parameters
        ----------
        x, weights : (..., themes); the weights of those there sum to 1
        mean : (...), of these scores
        """
        if self.linear:
            return weights
        lift = 1 - self.offset / 100
        # Within half a point of zero the slope of a mean of power <= 0 has no bound.
        lifted = np.maximum(self.offset + lift * np.nan_to_num(x), 0.5)
        whole = np.maximum(self.offset + lift * mean, 0.0)[..., None]
        return weights * (whole / lifted) ** (1 - self.power)


ARITHMETIC = Mean("arithmetic")


def mean_of(settings: Mapping[str, Any]) -> Mean:
    """The mean that section `measure` of study.yaml asks for."""
    name = settings.get("aggregation", "arithmetic")
    power = float(settings["power"]) if name == "generalised" else POWERS[name]
    return Mean(name, power, float(settings.get("offset", 0.0)))

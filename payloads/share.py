"""Sharing out a whole number of minor units, so that nothing is lost."""

from collections.abc import Sequence


def share(amount: int, weights: Sequence[int], step: int = 1) -> list[int]:
    """Return parts of ``amount`` in the proportion of ``weights``; they add up to it.

    What is left after rounding goes to the largest remainders, the first ones first.

    :param weights: at least one, none negative; equal parts if all are zero
    :param step: each part is a multiple of it, if ``amount`` is
    """
    whole, rest = divmod(abs(amount), step)
    if rest:
        whole, step = abs(amount), 1
    total = sum(weights)
    if not total:
        weights, total = [1] * len(weights), len(weights)
    sign = -1 if amount < 0 else 1
    parts = [divmod(whole * weight, total) for weight in weights]
    left = whole - sum(part for part, _rest in parts)
    largest = sorted(range(len(parts)), key=lambda at: -parts[at][1])[:left]
    return [sign * step * (parts[at][0] + (at in largest)) for at in range(len(parts))]

"""What `bavn radio survey` prints: a table of at most 80 columns, one direction a line."""

from collections.abc import Iterator, Mapping, Sequence

from hardware.survey_tally import Path

NAME_COLUMNS = 24


def survey_page(paths: Sequence[Path], names: Mapping[str, str]) -> Iterator[str]:
    """Show each direction: how much arrived, how well, over how many hops.

    Args:
        paths: in order.
        names: of nodes and addresses, where they are known.
    """
    yield f"{'from':<{NAME_COLUMNS}} {'to':<{NAME_COLUMNS}} {'heard':>7} {'%':>4} {'SNR':>5} {'least':>5} {'hops':>4}"
    for path in paths:
        share, heard = path.share, f"{path.share.heard}/{path.sent}"
        ends = f"{_short(path.sender, names):<{NAME_COLUMNS}} {_short(path.listener, names):<{NAME_COLUMNS}}"
        if not share.heard:
            yield f"{ends} {heard:>7} {0:>4}"
            continue
        hops = "?" if share.hops_max is None else str(share.hops_max)
        snr = f"{share.snr_median_db:>5.1f} {share.snr_min_db:>5.1f}"
        yield f"{ends} {heard:>7} {path.delivered_pct:>4.0f} {snr} {hops:>4}"
    yield ""
    yield "SNR in dB, median and least, of the last hop; hops: most relays on the way."


def survey_json(paths: Sequence[Path]) -> list[dict[str, object]]:
    """Give all figures to programs."""
    return [
        {
            "from": path.sender,
            "to": path.listener,
            "sent": path.sent,
            "heard": path.share.heard,
            "delivered_pct": round(path.delivered_pct, 1),
            "snr_median_db": path.share.snr_median_db if path.share.heard else None,
            "snr_min_db": path.share.snr_min_db if path.share.heard else None,
            "hops_max": path.share.hops_max,
        }
        for path in paths
    ]


def _short(name: str, names: Mapping[str, str]) -> str:
    known = names.get(name, name)
    # The end of an address tells radios apart, its beginning does not.
    return known if len(known) <= NAME_COLUMNS else "…" + known[-NAME_COLUMNS + 1 :]

"""Long lists of the dashboard in a real browser: scrolled fast from the first row to far below."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from playwright.async_api import BrowserContext, Page

from tests.load.report import say
from tests.load.service import Place

LISTS: Mapping[str, str] = {"history": "/history", "users": "/users"}
"""What each list is called, and where it is."""

PIXELS_A_SECOND = 6_000
_SECONDS = 8.0
_LOADED_SECONDS = 180

_SEED = """
    WITH people AS (
        INSERT INTO users (user_id, name, first_seen_at, last_active_at)
        SELECT uuidv7(), 'reader ' || n, now(), now() - n * interval '1 minute'
        FROM generate_series(1, %(rows)s) AS n
        RETURNING user_id
    ), numbered AS (
        SELECT user_id, now() - interval '2 days' - row_number() OVER () * interval '1 minute' AS at
        FROM people
    )
    INSERT INTO analytics_sessions (user_id, id, version, last_seen_at, stopped_at, end_reason,
        progress_ms, watched_ms, paused_ms, buffered_ms, state, source, session_key, started_at,
        network_since, content_type, content_id, title, duration_ms, device_name, client_name,
        stream_type, resolution, video_codec, container, bitrate_kbps)
    SELECT user_id, uuidv7(at - clock_timestamp()), 1, at, at, 'stopped', 600000, 600000, 0, 0,
        'stopped', 'bench', 'past ' || user_id, at, at, 'movie', 'film ' || user_id, 'A film',
        5400000, 'Living room', 'Revenge TV', 'direct_play', '1080p', 'h264', 'mkv', 8000
    FROM numbered
"""
# To the end, again and again, until there is no more to read.
_TO_THE_END = """
    () => new Promise((resolve) => {
        const more = () => document.querySelector("main table ~ button, main .scroll ~ button");
        const go = () => {
            scrollTo(0, document.documentElement.scrollHeight);
            if (more()) setTimeout(go, 30);
            else resolve();
        };
        go();
    })
"""
# Scrolls evenly, looking at each frame at what is in the middle: a row, or room for some.
_SCROLL = """
    ([seconds, speed]) => new Promise((resolve) => {
        scrollTo(0, 0);
        const found = { frames: 0, blank: 0, longest: 0, rows: 0 };
        let began, before;
        const step = (now) => {
            if (began === undefined) began = now;
            else {
                found.frames += 1;
                found.longest = Math.max(found.longest, now - before);
                const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
                if (middle?.closest("tr[aria-hidden]")) found.blank += 1;
                if (found.frames % 30 === 0) {
                    const rows = document.querySelectorAll("tbody tr:not([aria-hidden])").length;
                    found.rows = Math.max(found.rows, rows);
                }
            }
            before = now;
            if (now - began >= seconds * 1000) return resolve({ ...found, ms: now - began });
            scrollTo(0, ((now - began) * speed) / 1000);
            requestAnimationFrame(step);
        };
        setTimeout(() => requestAnimationFrame(step), 1000);
    })
"""


@dataclass(frozen=True, slots=True)
class Scrolled:
    """How a list was scrolled.

    Attributes:
        frames: drawn a second.
        longest: milliseconds between two of them.
        blank: the share of them with no row in the middle, from 0 to 1.
        rows: the most that were in the document at once.
        heap: megabytes of the page's objects, all rows being loaded.
    """

    frames: float
    longest: float
    blank: float
    rows: int
    heap: float


def seed(place: Place, rows: int) -> None:
    """Add people with a session each, some days ago."""
    with psycopg.connect(place.url) as connection:
        connection.execute(_SEED, {"rows": rows})


async def scrolled(context: BrowserContext, url: str, name: str) -> Scrolled:
    """Load all of a list, and scroll through it."""
    page = await context.new_page()
    await page.goto(url + LISTS[name])
    await page.locator("tbody tr").first.wait_for()
    say(f"{name}: reading to its end")
    page.set_default_timeout(_LOADED_SECONDS * 1000)
    await page.evaluate(_TO_THE_END)
    heap = await _heap(page)
    say(f"{name}: scrolling")
    told = await page.evaluate(_SCROLL, [_SECONDS, PIXELS_A_SECOND])
    await page.close()
    return Scrolled(
        frames=1000 * told["frames"] / told["ms"],
        longest=told["longest"],
        blank=told["blank"] / told["frames"],
        rows=told["rows"],
        heap=heap,
    )


async def _heap(page: Page) -> float:
    """Return how many megabytes a page's objects take that are still used."""
    browser: Any = await page.context.new_cdp_session(page)
    await browser.send("HeapProfiler.collectGarbage")
    usage = await browser.send("Runtime.getHeapUsage")
    return float(usage["usedSize"]) / 1e6
